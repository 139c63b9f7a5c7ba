import type { Hex } from 'viem'
import type { Freshness } from '../actions/defineRead.ts'
import type { BlockHeader, SyncBlock, SyncLog, SyncNotification, SyncStatus } from '../sync/types.ts'
import type { Deployment } from '../types.ts'

/** How a chain stands, as it is followed. */
export type ChainStatus = {
  readonly chainId: number
  /** The newest block. Undefined: none was seen yet. */
  readonly head: bigint | undefined
  /** Of that block: seconds by the chain's clock. */
  readonly headTimestamp: bigint | undefined
  /** The newest block that the chain's finality policy calls permanent. */
  readonly final: bigint | undefined
  /** How often blocks were taken back while it was followed. */
  readonly reorgs: number
  /** What went wrong with the last look. Undefined: it went well. */
  readonly trouble: string | undefined
  /** Why it stands still for good: its finality broke. */
  readonly halt: SyncStatus['halt']
}

/** What one look at a chain found to be new. */
export type ChainChange = {
  readonly chainId: number
  /** Contracts, in lower case, with events in blocks that came or went. */
  readonly contracts: ReadonlySet<string>
  /** The blocks that this look saw, by height. */
  readonly blocks: ReadonlyMap<bigint, Hex>
  /** The lowest height at which a block is gone. */
  readonly goneFrom: bigint | undefined
  readonly hasNewHead: boolean
  readonly hasNewFinal: boolean
  /** Whether it answers again, answers no more, was seen for the first time, or halted: then all that was read of it is in doubt. */
  readonly isTurn: boolean
}

/** Collects what a chain's sync tells during one look. */
export function createCollector(chainId: number): {
  readonly note: (notification: SyncNotification) => void
  readonly flush: (turn: Pick<ChainChange, 'hasNewHead' | 'hasNewFinal' | 'isTurn'>) => ChainChange
} {
  const known = new Set<Hex>()
  let contracts = new Set<string>()
  let blocks = new Map<bigint, Hex>()
  let goneFrom: bigint | undefined
  const noteFinal = (to: BlockHeader, logs: readonly SyncLog[]) => {
    blocks.set(to.number, to.hash)
    // What was told when its block came is not news when the block is final.
    for (const { address, blockHash } of logs) if (!known.has(blockHash)) contracts.add(address.toLowerCase())
    for (const { blockHash } of logs) known.delete(blockHash)
  }
  const noteBlock = ({ number, hash, logs }: SyncBlock, isThere: boolean) => {
    for (const { address } of logs) contracts.add(address.toLowerCase())
    if (!isThere) {
      known.delete(hash)
      goneFrom = goneFrom === undefined || number < goneFrom ? number : goneFrom
      return
    }
    blocks.set(number, hash)
    if (logs.length > 0) known.add(hash)
  }
  const note = (notification: SyncNotification) => {
    if (notification.kind === 'finalized') noteFinal(notification.to, notification.logs)
    else if (notification.kind !== 'halted') for (const block of notification.blocks) noteBlock(block, notification.kind === 'committed')
  }
  const flush = (turn: Pick<ChainChange, 'hasNewHead' | 'hasNewFinal' | 'isTurn'>) => {
    const change = { chainId, contracts, blocks, goneFrom, ...turn }
    contracts = new Set()
    blocks = new Map()
    goneFrom = undefined
    return change
  }
  return { note, flush }
}

/** A contract of a deployment. */
export type ContractName = Exclude<keyof Deployment, 'chainId' | 'startBlock'>

/** When what was read has to be read again, besides after a reorganisation: after events, also with every final block, or with every block. */
export type Pace = 'events' | 'finality' | 'blocks'

/** What a value rests on. */
export type Ground = {
  /** Its contracts, in lower case. */
  readonly contracts: ReadonlySet<string>
  readonly pace: Pace
  /** Where it was read. Empty: nothing was read yet. */
  readonly freshness: readonly Freshness[]
}

/** Whether a change of a chain puts a value that rests on that chain in doubt. */
export function isStale({ contracts, pace, freshness }: Ground, change: ChainChange): boolean {
  if (change.isTurn) return true
  if (pace === 'blocks' && change.hasNewHead) return true
  if (pace === 'finality' && change.hasNewFinal) return true
  for (const contract of change.contracts) if (contracts.has(contract)) return true
  const read = freshness.filter(({ chainId }) => chainId === change.chainId)
  return read.some(({ blockNumber, blockHash }) => {
    const now = change.blocks.get(blockNumber)
    // A value from a height at which other blocks are now, or from above blocks that are gone.
    return (now !== undefined && now !== blockHash) || (change.goneFrom !== undefined && blockNumber >= change.goneFrom)
  })
}
