import type { Finality } from '../types.ts'
import type { Transport } from './rpc.ts'
import type { LaneSource, SyncNotification, SyncSource, SyncStore } from './types.ts'

/** How one chain is to be read. */
export type SyncParameters = {
  chainId: number
  /** Providers by url. */
  rpcUrls?: readonly string[] | undefined
  /** Providers by other means; instead of `rpcUrls`. */
  transports?: readonly Transport[] | undefined
  finality: Finality
  sources: readonly SyncSource[]
  /** The gateway whose lanes must be complete. Its events must be among the sources. */
  lanes?: LaneSource | undefined
  /** The first block that can hold an event. */
  startBlock: bigint
  /** Default: memory. */
  store?: SyncStore | undefined
  /** Milliseconds between polls. Default: by the pace of the chain, about twice a block. */
  pollMs?: number | undefined
  /** Milliseconds until a request counts as unanswered. */
  timeoutMs?: number | undefined
  /** How many providers must say the same before something counts as final. Default 1: the next provider serves when one fails. */
  agreement?: number | undefined
  /** Most blocks of one range. Default 5,000. */
  maxRange?: bigint | undefined
  /** Bytes of logs that one range should hold: ranges grow and shrink towards it. Default 4 MiB. */
  rangeBytes?: number | undefined
  /**
   * Whether to spend one request a block while nothing happens: final blocks in which the tail saw no event are then read along with the next look,
   * at most one block later. Default false.
   */
  isFrugal?: boolean | undefined
  /** Whether blocks above finality are wanted too. Default true. */
  hasTail?: boolean | undefined
  /** Milliseconds that all providers may say less than what is final already before the chain halts. Default 60,000. */
  regressionMs?: number | undefined
  onNotification: (notification: SyncNotification) => Promise<void> | void
  /** Clock in milliseconds. */
  now?: (() => number) | undefined
  /** Waits, or returns early when aborted. */
  wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined
}
