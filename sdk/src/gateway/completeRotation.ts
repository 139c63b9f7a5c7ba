import type { Hex } from 'viem'
import { completeRotationFunction, rosterAdoptedEvent } from '../abis/watcherSet.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type Roster, rosterArgument } from './attestation.ts'

const watcherSetAbi = [completeRotationFunction, rosterAdoptedEvent] as const

/** What `completeRotation` takes. */
export type CompleteRotationParameters = WriteParameters & { readonly next: Roster }

/** A generation that vouches from now on. */
export type RosterAdoption = { readonly setId: Hex; readonly previousSetId: Hex }

/**
 * Adopts the generation of watchers that was proposed, once its two days are over. Anyone may.
 *
 * @throws RotationNotReady: the contract's error, before anything is sent.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { event } = await gateway.completeRotation.sync(client, { chainId: 10, next })
 * console.log(event.setId)
 * ```
 */
export const completeRotation = /* @__PURE__ */ defineWrite<CompleteRotationParameters, RosterAdoption>({
  verb: 'gateway.completeRotation',
  call: (deployment, { next }) =>
    encodeCall(deployment.watcherSet, { abi: watcherSetAbi, functionName: 'completeRotation', args: [rosterArgument(next)] }),
  event: (logs, { watcherSet: address }) => {
    const [adopted] = eventsOf({ abi: watcherSetAbi, address, eventName: 'RosterAdopted', logs })
    return adopted === undefined ? undefined : { setId: adopted.args.setId, previousSetId: adopted.args.previousSetId }
  },
})

/** `completeRotation`, waiting for the receipt. */
export const completeRotationSync: typeof completeRotation.sync = (client, parameters) => completeRotation.sync(client, parameters)
