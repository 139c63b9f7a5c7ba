import type { Address, Hex } from 'viem'
import { aliveForFunction, aliveFunction, suspicionAnsweredEvent } from '../abis/taskEscrow.ts'
import { aliveFunction as portalAliveFunction } from '../abis/taskPortal.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { requestIn, type TaskRequest } from './requested.ts'
import { actorArgument, routeOf, type SignedBy } from './route.ts'

const taskPortalAbi = [portalAliveFunction] as const

const taskEscrowAbi = [aliveForFunction, aliveFunction, suspicionAnsweredEvent] as const

/** What `alive` takes. */
export type AliveParameters = WriteParameters & {
  /** The chain on which the task lives. On another chain than `chainId` it goes through the portal: see `routeOf`. Default: `chainId`. */
  readonly homeChainId?: number
  readonly taskId: Hex
  /** The fencing token of the assignment. Only through a portal or signed. Default 1: the first. */
  readonly token?: number
  /** Of the doubt, in base units: see `getSuspicion`. Needed through a portal or signed, where an answer is for one doubt only. */
  readonly bond?: bigint
  /** Answers for whoever signed: see `signAlive`. Only at home. */
  readonly signed?: SignedBy
}

/** A worker that lives. */
export type SuspicionAnswered = { readonly via: 'home'; readonly taskId: Hex; readonly worker: Address }

/**
 * Answers a doubt: the signer lives, and the bond of the doubt is its own. It waits for `withdraw`. At home at once, from another chain by a request
 * that home answers.
 *
 * @throws TaskWrongState, TaskWrongCaller, SuspicionMissing, TaskDeadlinePassed, RequestRefused, HomeNotLinked: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value: doubt } = await task.getSuspicion(client, { chainId: 1, taskId })
 * if (doubt !== undefined) await task.alive.sync(client, { chainId: 10, homeChainId: 1, taskId, token, bond: doubt.bond })
 * ```
 */
export const alive = /* @__PURE__ */ defineWrite<AliveParameters, SuspicionAnswered | TaskRequest>({
  verb: 'task.alive',
  call: ({ taskEscrow, taskPortal }, { chainId, homeChainId = chainId, taskId, token = 1, bond = 0n, signed }) => {
    const route = routeOf({ chainId, homeChainId, signed })
    if (signed !== undefined) {
      const { actor, expiry, signature } = signed
      const args = [taskId, actorArgument(actor), token, bond, expiry, signature] as const
      return encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'aliveFor', args })
    }
    return route === 'home'
      ? encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'alive', args: [taskId] })
      : encodeCall(taskPortal, { abi: taskPortalAbi, functionName: 'alive', args: [BigInt(homeChainId), taskId, token, bond] })
  },
  event: (logs, deployment) => {
    const [answered] = eventsOf({ abi: taskEscrowAbi, address: deployment.taskEscrow, eventName: 'SuspicionAnswered', logs })
    return answered === undefined ? requestIn(logs, deployment) : { via: 'home', ...answered.args }
  },
})

/** `alive`, waiting for the receipt. */
export const aliveSync: typeof alive.sync = (client, parameters) => alive.sync(client, parameters)
