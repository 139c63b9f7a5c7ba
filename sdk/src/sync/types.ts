import type { Address, Hex } from 'viem'

/** A place on a chain that only one block can have. */
export type BlockRef = { readonly number: bigint; readonly hash: Hex }

/** What links a block to its parent. `timestamp` is in seconds. */
export type BlockHeader = BlockRef & { readonly parentHash: Hex; readonly timestamp: bigint }

/** A header with the filter of its block's events, where the provider gives one. */
export type BloomedHeader = BlockHeader & { readonly logsBloom?: Hex }

/** One event as the chain gave it, pinned to its block by hash. */
export type SyncLog = {
  readonly address: Address
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly blockNumber: bigint
  readonly blockHash: Hex
  readonly transactionHash: Hex
  readonly logIndex: number
}

/** A block above finality with the events that were asked for. */
export type SyncBlock = BlockHeader & { readonly logs: readonly SyncLog[] }

/** How far the gateway's lane to one chain (zero: broadcast) has come: `nonce` messages fold to `head`. */
export type LaneState = { readonly destinationChainId: number; readonly nonce: bigint; readonly head: Hex }

/** Why a chain stands still for good. A person must look at it: its finality broke, or its store belongs to something else. */
export type Halt = {
  readonly reason: 'finality-violated' | 'finality-regressed' | 'chain-mismatch'
  readonly detail: string
  readonly at: number
}

/**
 * What happened on a chain. Handlers get one at a time and in order, and a handler that returns has acknowledged: the cursor moves after that,
 * never before, so after a crash the last one may come again.
 */
export type SyncNotification =
  /** New blocks above finality, oldest first. They may be reverted. */
  | { readonly kind: 'committed'; readonly chainId: number; readonly blocks: readonly SyncBlock[] }
  /** Blocks that are no longer part of the chain, newest first. Undo what their logs did. */
  | { readonly kind: 'reverted'; readonly chainId: number; readonly blocks: readonly SyncBlock[] }
  /** All logs from block `from` to `to` are here and permanent, whether they were committed before or not. */
  | {
      readonly kind: 'finalized'
      readonly chainId: number
      readonly from: bigint
      readonly to: BlockHeader
      readonly logs: readonly SyncLog[]
      readonly lanes: readonly LaneState[]
    }
  /** This chain stands still for good; others go on. */
  | { readonly kind: 'halted'; readonly chainId: number; readonly halt: Halt }

/** A contract whose events are wanted; without `topics`, all of them. `topics` are the accepted values of the first topic. */
export type SyncSource = { readonly address: Address; readonly topics?: readonly Hex[] }

/** The gateway whose lanes prove that nothing is missing. `destinations` are chain ids, zero for the broadcast lane. */
export type LaneSource = { readonly gateway: Address; readonly destinations: readonly number[] }

/** All that a sync remembers of a chain. */
export type SyncState = {
  /** Which sources and lanes the rest was made from; when they change, the chain is read again from its start block. */
  readonly scope: string
  readonly final: BlockHeader | undefined
  readonly lanes: readonly LaneState[]
  readonly tail: readonly SyncBlock[]
  readonly halt: Halt | undefined
}

/** Where a sync keeps its state. `save` must be durable when it resolves. */
export type SyncStore = {
  load(chainId: number): Promise<SyncState | undefined>
  save(chainId: number, state: SyncState): Promise<void>
}

/** How a sync stands, for people and metrics. */
export type SyncStatus = {
  readonly chainId: number
  /** The highest block that a provider told of. */
  readonly head: bigint | undefined
  /** That block's time, seconds by the chain's clock. */
  readonly headTimestamp: bigint | undefined
  /** The block that the finality policy allows now. */
  readonly target: bigint | undefined
  /** The block up to which everything is here, agreed and complete. */
  readonly final: BlockHeader | undefined
  readonly tailLength: number
  /** Whether all that is final is here. */
  readonly isSynced: boolean
  readonly halt: Halt | undefined
  /** Wall clock between blocks, milliseconds, smoothed; undefined until two blocks were seen. */
  readonly blockMs: number | undefined
  readonly lastError: string | undefined
  readonly counters: Readonly<Record<SyncCounter, number>>
}

/** What a sync counts. */
export type SyncCounter = 'polls' | 'failures' | 'reorgs' | 'disagreements' | 'incomplete' | 'splits'
