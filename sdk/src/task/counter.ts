import { type Address, type Hex, zeroAddress } from 'viem'
import { counterForFunction, counterFunction, taskDisputedEvent } from '../abis/taskEscrow.ts'
import { counterFunction as portalCounterFunction } from '../abis/taskPortal.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { requestIn, type TaskRequest } from './requested.ts'
import { actorArgument, routeOf, type SignedBy } from './route.ts'
import { nativeValueOf, type Terms } from './terms.ts'
import type { Work } from './work.ts'

const taskPortalAbi = [portalCounterFunction] as const

const taskEscrowAbi = [counterForFunction, counterFunction, taskDisputedEvent] as const

/** What `counter` takes. */
export type CounterParameters = WriteParameters & {
  /** The chain on which the task lives. On another chain than `chainId` it goes through the portal: see `routeOf`. Default: `chainId`. */
  readonly homeChainId?: number
  readonly terms: Terms
  /** What stands for review: see `getWork`. */
  readonly work: Work
  /** Whose deposit at home, for the very account that counters, is the bond. Needed through a portal or signed. */
  readonly sponsor?: Address
  /** Counters for whoever signed: see `signCounter`. Only at home. */
  readonly signed?: SignedBy
}

/** A dispute that the arbitrator decides. */
export type TaskDisputed = {
  readonly via: 'home'
  readonly taskId: Hex
  /** Whose bond it is. */
  readonly by: Address
  readonly arbitrator: Address
}

/**
 * Puts an equal bond against a proposed verdict, and so calls the arbitrator. Anyone may, at its own risk; at home the bond comes by allowance, or as
 * value in the native coin. Through a portal, or signed, it comes from the sponsor's deposit, and what becomes of it is the sponsor's.
 *
 * @throws TaskWrongState, TaskDeadlinePassed, TaskWorkWrong, AmountMismatch, RequestRefused, HomeNotLinked: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * await task.counter.sync(client, { chainId: 1, terms, work })
 * await task.counter.sync(client, { chainId: 10, homeChainId: 1, terms, work, sponsor })
 * ```
 */
export const counter = /* @__PURE__ */ defineWrite<CounterParameters, TaskDisputed | TaskRequest>({
  verb: 'task.counter',
  call: ({ taskEscrow, taskPortal }, { chainId, homeChainId = chainId, terms, work, sponsor = zeroAddress, signed }) => {
    const route = routeOf({ chainId, homeChainId, signed })
    if (signed !== undefined) {
      const { actor, expiry, signature } = signed
      const args = [terms, work, actorArgument(actor), sponsor, expiry, signature] as const
      return encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'counterFor', args })
    }
    if (route === 'portal') {
      const args = [BigInt(homeChainId), terms, work, sponsor] as const
      return encodeCall(taskPortal, { abi: taskPortalAbi, functionName: 'counter', args })
    }
    const value = nativeValueOf({ token: terms.token, amount: terms.disputeBond })
    return encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'counter', args: [terms, work] }, value)
  },
  event: (logs, deployment) => {
    const [disputed] = eventsOf({ abi: taskEscrowAbi, address: deployment.taskEscrow, eventName: 'TaskDisputed', logs })
    return disputed === undefined ? requestIn(logs, deployment) : { via: 'home', ...disputed.args }
  },
})

/** `counter`, waiting for the receipt. */
export const counterSync: typeof counter.sync = (client, parameters) => counter.sync(client, parameters)
