import { keccak256, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { bloomCheck } from '../../sdk/src/sync/bloom.ts'
import { createSync, type SyncLog, type Transport } from '../../sdk/src/sync/index.ts'
import { createFakeChain, gateway } from './support/fakeChain.ts'

const other = `0x${'cc'.repeat(20)}` as const

/** Puts a filter into every header: of all events of a block, or of none of them. */
function withBlooms(chain: ReturnType<typeof createFakeChain>, isHonest: boolean) {
  const inner = chain.transport()
  const seen = { requests: 0 }
  const transport: Transport = {
    name: 'p',
    async send(calls) {
      seen.requests++
      const replies = await inner.send(calls)
      return replies.map((reply) => {
        const hash =
          reply.ok && typeof reply.result === 'object' && reply.result !== null && 'hash' in reply.result ? reply.result.hash : undefined
        const block = chain.blocks().find((candidate) => candidate.hash === hash)
        return reply.ok && block !== undefined
          ? { ok: true, result: { ...Object(reply.result), logsBloom: bloomOf(isHonest ? block.logs : []) } }
          : reply
      })
    },
  }
  return { transport, seen }
}

function bloomOf(logs: readonly SyncLog[]): string {
  let bloom = 0n
  for (const item of logs.flatMap((log) => [log.address, ...log.topics])) {
    const hash = keccak256(item, 'bytes')
    for (const at of [0, 2, 4]) bloom |= 1n << BigInt((((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) & 2047)
  }
  return `0x${bloom.toString(16).padStart(512, '0')}`
}

function start(transports: readonly Transport[]) {
  const final: SyncLog[] = []
  const committed: SyncLog[] = []
  const sync = createSync({
    chainId: 7,
    transports,
    agreement: transports.length,
    isFrugal: true,
    finality: { kind: 'depth', depth: 3 },
    sources: [{ address: gateway }],
    lanes: { gateway, destinations: [0, 8] },
    startBlock: 1n,
    onNotification: (notification) => {
      if (notification.kind === 'finalized') final.push(...notification.logs)
      if (notification.kind === 'committed') committed.push(...notification.blocks.flatMap((block) => block.logs))
    },
  })
  return { sync, final, committed }
}

async function drain(sync: ReturnType<typeof createSync>) {
  while (await sync.step());
}

describe('a frugal sync', () => {
  it('spends one request per provider and block while nothing happens, also when a look comes a block late', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const providers = [withBlooms(chain, true), withBlooms(chain, true)]
    const { sync } = start(providers.map(({ transport }) => transport))
    for (let block = 0; block < 9; block++) chain.mine()
    await drain(sync)
    await drain(sync)
    const before = providers.map(({ seen }) => seen.requests)
    for (let block = 0; block < 60; block++) {
      chain.mine()
      if (block % 7 === 3) chain.mine()
      await drain(sync)
      expect(sync.status().isSynced).toBe(true)
    }
    for (const [index, { seen }] of providers.entries()) expect(seen.requests - (before[index] ?? 0)).toBeLessThanOrEqual(60)
    // It is at most one look behind what is final.
    expect(Number(chain.top().number) - 3 - Number(sync.status().final?.number)).toBeLessThanOrEqual(2)
  })

  it('takes what is final at once where something happened', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const { sync, final } = start([withBlooms(chain, true).transport])
    for (let block = 0; block < 20; block++) chain.mine()
    await drain(sync)
    const { hash } = chain.mine([8, 0])
    for (let block = 0; block < 3; block++) {
      await drain(sync)
      expect(final).toEqual([])
      chain.mine()
    }
    await drain(sync)
    expect(final.map((log) => log.blockHash)).toEqual([hash, hash, hash, hash])
  })

  it.each([true, false])(
    'misses nothing whether filters are honest (%s) or always empty, and stops to believe the latter',
    async (isHonest) => {
      const chain = createFakeChain({ chainId: 7 })
      const { sync, final, committed } = start([withBlooms(chain, isHonest).transport])
      for (let block = 0; block < 80; block++) {
        chain.mine(block % 5 === 0 ? [8] : block % 7 === 0 ? [0, 8] : [])
        await drain(sync)
      }
      for (let block = 0; block < 6; block++) {
        chain.mine()
        await drain(sync)
      }
      const truth = chain.blocks().flatMap((block) => (block.number <= chain.top().number - 5n ? block.logs : []))
      expect(final.map((log) => `${log.blockHash}${log.logIndex}`)).toEqual(truth.map((log) => `${log.blockHash}${log.logIndex}`))
      expect(sync.status().counters.incomplete).toBe(0)
      // Once a filter was wrong, blocks are asked for their events whatever it says.
      expect(committed.length).toBeGreaterThan(truth.length / 2)
    },
  )
})

describe('bloomCheck', () => {
  it('never says no to a block that holds what is wanted, and mostly no to others', () => {
    const log = (address: `0x${string}`, topic: `0x${string}`): SyncLog => ({
      address,
      topics: [topic],
      data: '0x',
      blockNumber: 1n,
      blockHash: keccak256('0x'),
      transactionHash: keccak256('0x'),
      logIndex: 0,
    })
    const topicOf = (seed: number) => keccak256(toHex(`topic ${seed}`))
    const check = bloomCheck([{ address: gateway, topics: [topicOf(1), topicOf(2)] }, { address: other }])
    const header = { number: 1n, hash: keccak256('0x'), parentHash: keccak256('0x'), timestamp: 0n }
    const holds = (logs: readonly SyncLog[]) => check({ ...header, logsBloom: `0x${bloomOf(logs).slice(2)}` })
    expect(holds([log(gateway, topicOf(1))])).toBe(true)
    expect(holds([log(gateway, topicOf(3)), log(other, topicOf(9))])).toBe(true)
    expect(holds([log(gateway, topicOf(3))])).toBe(false)
    expect(holds([])).toBe(false)
    expect(check(header)).toBe(true)
  })
})

describe('ranges', () => {
  it('shrink towards the bytes that one should hold', async () => {
    const chain = createFakeChain({ chainId: 7 })
    for (let block = 0; block < 400; block++) chain.mine(Array.from({ length: 20 }, () => 8))
    const ranges: number[] = []
    const inner = chain.transport()
    const transport: Transport = {
      name: 'p',
      send(calls) {
        for (const { method, params } of calls) {
          const [filter] = params as [{ fromBlock?: string; toBlock?: string }] // what the sync sends
          if (method === 'eth_getLogs' && filter.fromBlock !== undefined) ranges.push(Number(filter.toBlock) - Number(filter.fromBlock) + 1)
        }
        return inner.send(calls)
      },
    }
    const sync = createSync({
      chainId: 7,
      transports: [transport],
      finality: { kind: 'depth', depth: 3 },
      sources: [{ address: gateway }],
      startBlock: 1n,
      maxRange: 100n,
      rangeBytes: 300_000,
      hasTail: false,
      onNotification: () => undefined,
    })
    await drain(sync)
    // A block holds 40 events of about 700 bytes.
    expect(ranges[0]).toBe(100)
    expect(Math.max(...ranges.slice(1))).toBeLessThan(20)
    expect(sync.status().final?.number).toBe(397n)
  })
})
