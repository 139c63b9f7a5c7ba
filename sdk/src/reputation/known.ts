import type { Address } from 'viem'

/** An account of one chain. The same address on another chain is another account. */
export type Account = { readonly chainId: number; readonly address: Address }

/** A coin whose worth the asker knows. The zero address is the native coin. */
export type KnownToken = {
  readonly chainId: number
  readonly address: Address
  /** What it counts as. Coins of one unit are added up. Default: the coin itself. */
  readonly unit?: string
  /** Decimals of the coin; those of one unit are brought to 18. Default 18. */
  readonly decimals?: number
}

/** Whom and what an asker knows. All others weigh nothing, however many they are. */
export type Known = {
  /** On the home chains of their tasks. */
  readonly requesters: readonly Account[]
  /** Accounts or contracts that judge, on the home chains of their tasks. */
  readonly evaluators: readonly Account[]
  readonly tokens: readonly KnownToken[]
}

/** One string for an account: what maps and sets of accounts are keyed by. */
export function accountKey({ chainId, address }: Account): string {
  return `${chainId}:${address.toLowerCase()}`
}

/**
 * What an asker knows by itself and what its charters vouch for, as one. Of a coin that stands in several, the first says what it counts as.
 *
 * @example
 * ```ts
 * import { reputation } from '@hanse/sdk'
 *
 * const known = reputation.joinKnown([mine, { requesters: members, evaluators: members, tokens: equivalent }])
 * ```
 */
export function joinKnown(parts: readonly Known[]): Known {
  return {
    requesters: once(parts.flatMap(({ requesters }) => requesters)),
    evaluators: once(parts.flatMap(({ evaluators }) => evaluators)),
    tokens: once(parts.flatMap(({ tokens }) => tokens)),
  }
}

function once<item extends Account>(items: readonly item[]): item[] {
  return [...new Map([...items].reverse().map((item) => [accountKey(item), item])).values()].reverse()
}
