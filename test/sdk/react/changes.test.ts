import type { Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Freshness } from '../../../sdk/src/actions/defineRead.ts'
import { createClient } from '../../../sdk/src/index.ts'
import { type ChainChange, createCollector, type Ground, isStale } from '../../../sdk/src/react/changes.ts'
import { keyOf } from '../../../sdk/src/react/keys.ts'
import type { SyncBlock, SyncLog } from '../../../sdk/src/sync/index.ts'
import { clientFor } from '../support/chain.ts'

const [escrow, board] = ['0x00000000000000000000000000000000000000E1', '0x00000000000000000000000000000000000000b2'] as const
const hashOf = (number: number, fork = 'a'): Hex => `0x${fork}${number}`
const quiet = { hasNewHead: false, hasNewFinal: false, isTurn: false }

function logOf(number: number, fork = 'a', address: Hex = escrow): SyncLog {
  const place = { blockNumber: BigInt(number), blockHash: hashOf(number, fork), transactionHash: '0x01', logIndex: 0 } as const
  return { address, topics: [], data: '0x', ...place }
}

function blockOf(number: number, { fork = 'a', logs = [] }: { fork?: string; logs?: readonly SyncLog[] } = {}): SyncBlock {
  return { number: BigInt(number), hash: hashOf(number, fork), parentHash: hashOf(number - 1, fork), timestamp: 0n, logs }
}

const committed = (...blocks: SyncBlock[]) => ({ kind: 'committed', chainId: 7, blocks }) as const
const reverted = (...blocks: SyncBlock[]) => ({ kind: 'reverted', chainId: 7, blocks }) as const
const finalized = (to: number, logs: readonly SyncLog[]) =>
  ({ kind: 'finalized', chainId: 7, from: 0n, to: blockOf(to), logs, lanes: [] }) as const

function read(number: number, fork = 'a', chainId = 7): Freshness {
  const block = { blockNumber: BigInt(number), blockHash: hashOf(number, fork), blockTimestamp: 0n, finalBlockNumber: 0n }
  return { chainId, ...block, isFinal: false, lagBlocks: 0n, lagSeconds: 0 }
}

/** A value that rests on the escrow alone and was read there. */
const on = (...freshness: Freshness[]): Ground => ({ contracts: new Set([escrow.toLowerCase()]), pace: 'events', freshness })
const changeOf = (change: Partial<ChainChange>): ChainChange => ({
  ...{ chainId: 7, contracts: new Set(), blocks: new Map(), goneFrom: undefined, ...quiet },
  ...change,
})

describe('what one look collects', () => {
  it('tells of contracts once: when their block comes or goes, or is final at once', () => {
    const { note, flush } = createCollector(7)
    note(committed(blockOf(1), blockOf(2, { logs: [logOf(2)] })))
    expect([...flush(quiet).contracts]).toEqual([escrow.toLowerCase()])
    note(finalized(2, [logOf(2)]))
    expect([...flush(quiet).contracts]).toEqual([])
    note(finalized(3, [logOf(3, 'a', board)]))
    expect([...flush(quiet).contracts]).toEqual([board])
    note(committed(blockOf(4, { logs: [logOf(4)] })))
    flush(quiet)
    note(reverted(blockOf(4, { logs: [logOf(4)] })))
    note(committed(blockOf(4, { fork: 'b' })))
    const change = flush(quiet)
    expect(change).toMatchObject({ goneFrom: 4n, contracts: new Set([escrow.toLowerCase()]) })
    expect(change.blocks.get(4n)).toBe(hashOf(4, 'b'))
  })

  it('tells again of a block that was taken back and is final all the same', () => {
    const { note, flush } = createCollector(7)
    const block = blockOf(2, { logs: [logOf(2)] })
    note(committed(block))
    note(reverted(block))
    flush(quiet)
    note(finalized(2, [logOf(2)]))
    expect(flush(quiet)).toMatchObject({ contracts: new Set([escrow.toLowerCase()]), goneFrom: undefined })
  })
})

describe('what a change makes stale', () => {
  it('is what rests on a contract that spoke, and nothing else', () => {
    expect(isStale(on(read(1)), changeOf({ contracts: new Set([escrow.toLowerCase()]) }))).toBe(true)
    expect(isStale(on(read(1)), changeOf({ contracts: new Set([board]) }))).toBe(false)
    expect(isStale(on(read(1)), changeOf({ hasNewHead: true, hasNewFinal: true }))).toBe(false)
  })

  it('is what was read in a block that is gone, whether the follower saw that block or not', () => {
    // The read was quicker than the follower, which never saw the block.
    const other = changeOf({ blocks: new Map([[5n, hashOf(5, 'b')]]) })
    expect(isStale(on(read(5)), other)).toBe(true)
    expect(isStale(on(read(5, 'b')), other)).toBe(false)
    // Blocks from the fourth on are gone; what was read above went with them.
    expect(isStale(on(read(6)), changeOf({ goneFrom: 4n }))).toBe(true)
    expect(isStale(on(read(3)), changeOf({ goneFrom: 4n }))).toBe(false)
    expect(isStale(on(read(6, 'a', 8)), changeOf({ goneFrom: 4n }))).toBe(false)
  })

  it('is all when a chain answers again, and what time changes with each block', () => {
    expect(isStale(on(), changeOf({ isTurn: true }))).toBe(true)
    expect(isStale({ ...on(read(1)), pace: 'blocks' }, changeOf({ hasNewHead: true }))).toBe(true)
    expect(isStale({ ...on(read(1)), pace: 'finality' }, changeOf({ hasNewFinal: true }))).toBe(true)
    expect(isStale({ ...on(read(1)), pace: 'finality' }, changeOf({ hasNewHead: true }))).toBe(false)
  })
})

describe('keys', () => {
  const client = clientFor([])

  it('are the same for the same question, however it is written', () => {
    const id = '0xABCDEF'
    expect(keyOf(client, 'task', { taskId: id, chainId: 1, at: undefined })).toEqual(
      keyOf(client, 'task', { chainId: 1, taskId: id.toLowerCase() }),
    )
    expect(JSON.stringify(keyOf(client, 'task', { at: 5n }))).toContain('"5n"')
    expect(keyOf(client, 'task', { at: 5n })).not.toEqual(keyOf(client, 'task', { at: 5 }))
    expect(keyOf(client, 'task', { chainId: 1 })).not.toEqual(keyOf(client, 'cell', { chainId: 1 }))
  })

  it('differ by deployment', () => {
    const [one, two] = ['0x01', '0x02'] as const
    const at = (gateway: Hex) => {
      const suite = { accessManager: one, timelock: one, watcherSet: one, agentRegistry: one, taskEscrow: one, taskPortal: one }
      const deployment = { chainId: 1, startBlock: 0n, gateway, ...suite }
      return createClient({ chains: [{ chainId: 1, rpcUrls: ['http://node'], finality: { kind: 'safe' }, deployment }] })
    }
    expect(keyOf(at(one), 'task')).toEqual(keyOf(at(one), 'task'))
    expect(keyOf(at(one), 'task')).not.toEqual(keyOf(at(two), 'task'))
  })
})
