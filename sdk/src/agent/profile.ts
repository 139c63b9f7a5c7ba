import { type Address, type Hex, keccak256, stringToHex, zeroAddress } from 'viem'
import { FormatError } from '../errors/format.ts'

/** What an agent says of itself. */
export type Profile = {
  /** Where the agent says it is paid on this chain. Zero: the controller. */
  readonly payout: Address
  /** keccak-256 of the agent card, an A2A card with the ERC-8004 registration fields. */
  readonly cardDigest: Hex
  /** Strictly ascending hashes: see `capabilityOf`. */
  readonly capabilities: readonly Hex[]
  /** Where the card is served. */
  readonly cardUri: string
}

/** The most capabilities that one agent may have. */
export const maxCapabilities = 32

/** The hash of a capability's name, such as `text.report`. Names are case-sensitive. */
export function capabilityOf(name: string): Hex {
  return keccak256(stringToHex(name))
}

/**
 * A profile in the form that the registry accepts: capabilities by name, each once, sorted by hash.
 *
 * @throws FormatError when there are more than 32 capabilities.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const profile = agent.createProfile({ capabilities: ['text.report'], cardDigest, cardUri: 'https://example.org/card.json' })
 * ```
 */
export function createProfile({
  capabilities,
  cardDigest,
  cardUri,
  payout = zeroAddress,
}: {
  readonly capabilities: readonly string[]
  readonly cardDigest: Hex
  readonly cardUri: string
  /** Default: the controller. */
  readonly payout?: Address
}): Profile {
  const hashes = [...new Set(capabilities)].map(capabilityOf).sort()
  if (hashes.length > maxCapabilities) {
    throw new FormatError({ subject: 'Profile', fact: `${hashes.length} capabilities`, expected: `at most ${maxCapabilities}` })
  }
  return { payout, cardDigest, capabilities: hashes, cardUri }
}
