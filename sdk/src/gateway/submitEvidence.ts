import { type Address, type Hex, slice } from 'viem'
import { submitEvidenceFunction, watcherMaskedEvent } from '../abis/watcherSet.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { toCompact } from './attestation.ts'
import type { Lane } from './lane.ts'

const watcherSetAbi = [submitEvidenceFunction, watcherMaskedEvent] as const

/** One head that a watcher signed, in either form of signature. */
export type SignedStatement = { readonly head: Hex; readonly signature: Hex }

/** What `submitEvidence` takes. */
export type SubmitEvidenceParameters = WriteParameters & {
  /** Linked on the chain that the evidence goes to. */
  readonly lane: Lane
  readonly nonce: bigint
  /** Two different heads for that place, signed by one member of the current generation. */
  readonly statements: readonly [SignedStatement, SignedStatement]
}

/** A watcher that no longer counts. */
export type MaskedWatcher = { readonly setId: Hex; readonly watcher: Address; readonly laneKey: Hex; readonly nonce: bigint }

/**
 * Shows a chain that a watcher signed two heads for one place. It counts no longer, at once. Anyone may.
 *
 * @throws EvidenceInvalid: the contract's error, before anything is sent.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { event } = await gateway.submitEvidence.sync(client, { chainId: 10, lane, nonce, statements: [one, other] })
 * console.log(event.watcher)
 * ```
 */
export const submitEvidence = /* @__PURE__ */ defineWrite<SubmitEvidenceParameters, MaskedWatcher>({
  verb: 'gateway.submitEvidence',
  call: (deployment, { lane, nonce, statements: [one, other] }) =>
    encodeCall(deployment.watcherSet, {
      abi: watcherSetAbi,
      functionName: 'submitEvidence',
      args: [lane, nonce, argumentOf(one), argumentOf(other)],
    }),
  event: (logs, { watcherSet: address }) => eventsOf({ abi: watcherSetAbi, address, eventName: 'WatcherMasked', logs })[0]?.args,
})

/** `submitEvidence`, waiting for the receipt. */
export const submitEvidenceSync: typeof submitEvidence.sync = (client, parameters) => submitEvidence.sync(client, parameters)

function argumentOf({ head, signature }: SignedStatement): { head: Hex; r: Hex; vs: Hex } {
  const compact = toCompact(signature)
  return { head, r: slice(compact, 0, 32), vs: slice(compact, 32, 64) }
}
