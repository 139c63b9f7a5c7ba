import type { Chain, LaneEntry } from './chain.ts'
import type { Config } from './config.ts'
import type { Events } from './ops/events.ts'
import type { Logger } from './ops/log.ts'
import type { Metrics } from './ops/metrics.ts'
import type { Outside } from './outside.ts'
import type { Vault } from './shared/vault.ts'
import type { HeadSigner, TransactionSigner } from './signer/types.ts'
import type { Store } from './store/sqlite.ts'

/** What every role of a watcher works with. */
export type Context = {
  readonly config: Config
  readonly store: Store
  /** The way to whatever must not be done twice. */
  readonly vault: Vault
  readonly chains: ReadonlyMap<number, Chain>
  /** All lanes between the configured chains, by key. */
  readonly lanes: ReadonlyMap<string, LaneEntry>
  readonly attester: HeadSigner | undefined
  readonly deliverer: TransactionSigner | undefined
  readonly events: Events
  readonly metrics: Metrics
  readonly log: Logger
  readonly outside: Outside
  /** Clock in milliseconds. */
  readonly now: () => number
}
