import type { SignedHead } from '@hanse/sdk/gateway'
import type { Hex } from 'viem'
import type { Roster } from '../chain.ts'
import type { Context } from '../watcherContext.ts'

/** The signatures over this watcher's own head at a nonce, when they reach the quorum. */
export function signaturesAt({
  context,
  roster,
  laneKey,
  nonce,
}: {
  context: Context
  roster: Roster
  laneKey: Hex
  nonce: number
}): readonly SignedHead[] | undefined {
  const head = context.store.messages.headAt({ laneKey, nonce })
  if (head === undefined) return undefined
  const counting = context.store.attestations
    .at({ setId: roster.setId, laneKey, nonce })
    .filter(
      (attestation) =>
        attestation.head === head && roster.members.includes(attestation.signer) && !roster.masked.includes(attestation.signer),
    )
  return counting.length < roster.quorum ? undefined : counting.slice(0, roster.quorum)
}

/** The nonces above `after` at which a head is vouched for, lowest first. */
export function vouchedNonces({
  context,
  roster,
  laneKey,
  after,
}: {
  context: Context
  roster: Roster
  laneKey: Hex
  after: number
}): readonly number[] {
  if (roster.quorum === 0) return []
  return context.store.attestations
    .nonces({ setId: roster.setId, laneKey, after })
    .filter(({ nonce, count }) => count >= roster.quorum && signaturesAt({ context, roster, laneKey, nonce }) !== undefined)
    .map(({ nonce }) => nonce)
}
