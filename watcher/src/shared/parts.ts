import type { Address } from 'viem'
import type { Chain, LaneEntry } from '../chain.ts'
import type { Events } from '../ops/events.ts'
import type { Logger } from '../ops/log.ts'
import type { Metrics } from '../ops/metrics.ts'
import type { Store } from '../store/sqlite.ts'
import type { SharedStore } from './types.ts'

/** What a vault works with. */
export type VaultParts = {
  readonly shared: SharedStore
  readonly store: Store
  readonly chains: ReadonlyMap<number, Chain>
  readonly lanes: ReadonlyMap<string, LaneEntry>
  readonly roles: readonly string[]
  readonly name: string
  readonly schema: string
  readonly leaseMs: number
  /** Who pays. The address may change: a key can be rotated. */
  readonly deliverer: { readonly address: Address } | undefined
  readonly events: Events
  readonly metrics: Metrics
  readonly log: Logger
  readonly now: () => number
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}
