import { giveUpForFunction, giveUpFunction } from '../abis/taskEscrow.ts'
import { giveUpFunction as portalGiveUpFunction } from '../abis/taskPortal.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { releaseIn, type TaskReleased } from './release.ts'
import { requestIn, type TaskRequest } from './requested.ts'
import { actorArgument, routeOf, type SignedBy } from './route.ts'
import type { Terms } from './terms.ts'

const taskPortalAbi = [portalGiveUpFunction] as const

const taskEscrowAbi = [giveUpForFunction, giveUpFunction] as const

/** What `giveUp` takes. */
export type GiveUpParameters = WriteParameters & {
  /** The chain on which the task lives. On another chain than `chainId` it goes through the portal: see `routeOf`. Default: `chainId`. */
  readonly homeChainId?: number
  readonly terms: Terms
  /** The fencing token of the assignment. Only through a portal or signed. Default 1: the first. */
  readonly token?: number
  /** Gives up for whoever signed: see `signGiveUp`. Only at home. */
  readonly signed?: SignedBy
}

/** An assignment that was given back. */
export type TaskGivenUp = TaskReleased & { readonly via: 'home' }

/**
 * Gives the signer's assignment back before anything was delivered, at half of what a lapse costs: at home at once, from another chain by a request
 * that home answers.
 *
 * @throws TaskWrongState, TaskWrongCaller, TaskDelivered, TaskDeadlinePassed, RequestRefused, HomeNotLinked: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.giveUp.sync(client, { chainId: 1, terms })
 * if (event.via === 'home') console.log(event.outcome) // 'Reopened' while it may be claimed again
 * ```
 */
export const giveUp = /* @__PURE__ */ defineWrite<GiveUpParameters, TaskGivenUp | TaskRequest>({
  verb: 'task.giveUp',
  gasMargin: 30,
  call: ({ taskEscrow, taskPortal }, { chainId, homeChainId = chainId, terms, token = 1, signed }) => {
    const route = routeOf({ chainId, homeChainId, signed })
    if (signed !== undefined) {
      const { actor, expiry, signature } = signed
      const args = [terms, actorArgument(actor), token, expiry, signature] as const
      return encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'giveUpFor', args })
    }
    return route === 'home'
      ? encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'giveUp', args: [terms] })
      : encodeCall(taskPortal, { abi: taskPortalAbi, functionName: 'giveUp', args: [BigInt(homeChainId), terms, token] })
  },
  event: (logs, deployment) => {
    const released = releaseIn(logs, deployment)
    return released === undefined ? requestIn(logs, deployment) : { via: 'home', ...released }
  },
})

/** `giveUp`, waiting for the receipt. */
export const giveUpSync: typeof giveUp.sync = (client, parameters) => giveUp.sync(client, parameters)
