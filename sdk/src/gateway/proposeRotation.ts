import type { Hex } from 'viem'
import { proposeRotationFunction, rotationProposedEvent } from '../abis/watcherSet.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { packSignatures, type Roster, rosterArgument, type SignedHead } from './attestation.ts'

const watcherSetAbi = [proposeRotationFunction, rotationProposedEvent] as const

/** What `proposeRotation` takes. */
export type ProposeRotationParameters = WriteParameters & {
  readonly next: Roster
  /** By a quorum of the current generation, over `rotationTypedData`. */
  readonly signatures: readonly SignedHead[]
}

/** A rotation that was brought to a chain. */
export type RotationProposal = {
  readonly setId: Hex
  readonly nextSetId: Hex
  /** Absolute seconds. */
  readonly readyAt: number
}

/**
 * Brings the current generation's choice of the next one to a chain, where it waits for two days. Anyone may.
 *
 * @throws RosterNotNext, RotationNotSigned, RotationRefused: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const typedData = gateway.rotationTypedData({ setId, nextSetId: gateway.setIdOf(next) }) // each watcher signs this
 * const { event } = await gateway.proposeRotation.sync(client, { chainId: 10, next, signatures })
 * console.log(event.readyAt)
 * ```
 */
export const proposeRotation = /* @__PURE__ */ defineWrite<ProposeRotationParameters, RotationProposal>({
  verb: 'gateway.proposeRotation',
  call: (deployment, { next, signatures }) =>
    encodeCall(deployment.watcherSet, {
      abi: watcherSetAbi,
      functionName: 'proposeRotation',
      args: [rosterArgument(next), packSignatures(signatures)],
    }),
  event: (logs, { watcherSet: address }) => eventsOf({ abi: watcherSetAbi, address, eventName: 'RotationProposed', logs })[0]?.args,
})

/** `proposeRotation`, waiting for the receipt. */
export const proposeRotationSync: typeof proposeRotation.sync = (client, parameters) => proposeRotation.sync(client, parameters)
