import type { Address } from 'viem'
import type { Freshness } from '../actions/defineRead.ts'
import type { WhyCode } from './codes.ts'

/** Who has to act for the thing to move on. */
export type WhyOwner =
  /** Nobody: it is over. */
  | { readonly kind: 'nobody' }
  /** Whoever wants to: no role is needed. */
  | { readonly kind: 'anyone' }
  /** One account. */
  | { readonly kind: 'account'; readonly account: Address; readonly chainId: number }
  /** The watchers. */
  | { readonly kind: 'watchers' }
  /** Those who govern a chain. */
  | { readonly kind: 'governance'; readonly chainId: number }

/** Why a thing stands where it stands. */
export type Why = {
  /** Stable word for programs. */
  readonly code: WhyCode
  readonly owner: WhyOwner
  /** What to do, in one sentence. */
  readonly nextAction: string
  /** When that is possible, or no longer possible: absolute seconds by the chain's clock. */
  readonly deadline: number | undefined
  /** What the answer rests on. */
  readonly evidence: Readonly<Record<string, string>>
  /** How fresh what was read is, one entry for each chain. */
  readonly freshness: readonly Freshness[]
}
