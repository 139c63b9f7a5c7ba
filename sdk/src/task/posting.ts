import type { Hex } from 'viem'
import type { Terms } from './terms.ts'

/** A task that its requester signed to have posted: see `signPosting`. */
export type Posting = {
  readonly terms: Terms
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  readonly signature: Hex
}
