import type { Hex } from 'viem'
import { handoffBetweenFunction, handoffFunction } from '../abis/taskEscrow.ts'
import { handoffFunction as portalHandoffFunction } from '../abis/taskPortal.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { ActorHandoff } from './actorTypedData.ts'
import { assignmentsIn, type TaskAssignment } from './assignment.ts'
import { requestIn, type TaskRequest } from './requested.ts'
import { actorArgument, routeOf } from './route.ts'
import type { Terms } from './terms.ts'

const taskPortalAbi = [portalHandoffFunction] as const

const taskEscrowAbi = [handoffBetweenFunction, handoffFunction] as const

/** What `handoffBetween` takes. */
export type HandoffBetweenParameters = WriteParameters & {
  /** The chain on which the task lives. On another chain than `chainId` it goes through the portal: see `routeOf`. Default: `chainId`. */
  readonly homeChainId?: number
  readonly terms: Terms
  readonly change: ActorHandoff
  /** Of the worker of record: see `signActorHandoff`. Default: it calls, here or through its portal. */
  readonly signatureFrom?: Hex
  /** Of the new worker. Default: it calls, here or through its portal. */
  readonly signatureTo?: Hex
  /** Of the requester, where the terms want it. Default: none. */
  readonly signatureRequester?: Hex
}

/** An assignment that was passed on. */
export type TaskHandedOn = TaskAssignment & { readonly via: 'home' }

/**
 * Passes an assignment on between actors of any chains. Each of the two consents by calling, by its portal, or by a signature; whoever comes last
 * completes it. The clock stays: at home a worker has the work window of the terms, elsewhere the grace besides.
 *
 * @throws RequestRefused with the reason, HomeNotLinked: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const change = { to: { chainId: 10, account: successor }, sponsor, token, expiry }
 * const { event } = await task.handoffBetween.sync(client, { chainId: 10, homeChainId: 1, terms, change })
 * if (event.via === 'portal') console.log('agreed in message', event.sendId)
 * ```
 */
export const handoffBetween = /* @__PURE__ */ defineWrite<HandoffBetweenParameters, TaskHandedOn | TaskRequest>({
  verb: 'task.handoffBetween',
  gasMargin: 30,
  call: ({ taskEscrow, taskPortal }, { chainId, homeChainId = chainId, terms, change, ...signatures }) => {
    const { signatureFrom = '0x', signatureTo = '0x', signatureRequester = '0x' } = signatures
    const given = { ...change, to: actorArgument(change.to) }
    if (routeOf({ chainId, homeChainId }) === 'home') {
      const args = [terms, given, signatureFrom, signatureTo, signatureRequester] as const
      return encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'handoffBetween', args })
    }
    // Who asks needs no signature of its own.
    const signatureOther = signatureTo === '0x' ? signatureFrom : signatureTo
    const args = [BigInt(homeChainId), terms, given, signatureOther, signatureRequester] as const
    return encodeCall(taskPortal, { abi: taskPortalAbi, functionName: 'handoff', args })
  },
  event: (logs, deployment) => {
    const [assigned] = assignmentsIn(logs, deployment)
    return assigned === undefined ? requestIn(logs, deployment) : { via: 'home', ...assigned }
  },
})

/** `handoffBetween`, waiting for the receipt. */
export const handoffBetweenSync: typeof handoffBetween.sync = (client, parameters) => handoffBetween.sync(client, parameters)
