import { describe, expect, it } from 'vitest'
import {
  createSync,
  FinalityViolatedError,
  memoryStore,
  type SyncLog,
  type SyncNotification,
  type SyncStore,
  type Transport,
} from '../../sdk/src/sync/index.ts'
import { laneAdvancedTopic } from '../../sdk/src/sync/lanes.ts'
import { createFakeChain, gateway } from './support/fakeChain.ts'

type Setup = {
  transports: readonly Transport[]
  agreement?: number
  finality?: createSync.Parameters['finality']
  store?: SyncStore
  now?: () => number
  onNotification?: (notification: SyncNotification) => void
  maxRange?: bigint
}

function setup(options: Setup) {
  const seen: SyncNotification[] = []
  const sync = createSync({
    chainId: 7,
    finality: { kind: 'depth', depth: 3 },
    sources: [{ address: gateway }],
    lanes: { gateway, destinations: [0, 8, 9] },
    startBlock: 1n,
    regressionMs: 1_000,
    ...options,
    onNotification: (notification) => {
      options.onNotification?.(notification)
      seen.push(notification)
    },
  })
  const drain = async () => {
    while (await sync.step());
  }
  const finalLogs = () => seen.flatMap((notification) => (notification.kind === 'finalized' ? notification.logs : []))
  return { sync, seen, drain, finalLogs }
}

/** What a consumer that follows committed and reverted holds, block hash by block hash. */
function replay(seen: readonly SyncNotification[]): string[] {
  const held: string[] = []
  for (const notification of seen) {
    if (notification.kind === 'committed') for (const block of notification.blocks) held.push(block.hash)
    if (notification.kind === 'reverted') for (const block of notification.blocks) expect(held.pop()).toBe(block.hash)
  }
  return held
}

const trueLogs = (chain: ReturnType<typeof createFakeChain>, upTo: bigint) =>
  chain
    .blocks()
    .flatMap((block) => (block.number <= upTo ? block.logs : []))
    .map((log) => `${log.blockHash}${log.logIndex}`)
const ids = (logs: readonly SyncLog[]) => logs.map((log) => `${log.blockHash}${log.logIndex}`)

describe('createSync', () => {
  it('finalizes all events in order and none twice', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const { sync, drain, finalLogs } = setup({ transports: [chain.transport()], maxRange: 4n })
    for (let round = 0; round < 10; round++) {
      for (let block = 0; block <= round; block++) chain.mine(block % 2 ? [8, 9, 8] : [0])
      await drain()
      expect(ids(finalLogs())).toEqual(trueLogs(chain, chain.top().number - 3n))
    }
    expect(sync.status().isSynced).toBe(true)
  })

  it('asks once per poll when nothing happens', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const provider = chain.transport()
    const { sync, drain } = setup({ transports: [provider] })
    for (let block = 0; block < 10; block++) chain.mine([8])
    await drain()
    const before = provider.requests
    await sync.step()
    expect(provider.requests - before).toBe(1)
  })

  it('takes back what a reorg above finality removed, at the same, a lower and a higher height', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const { seen, drain, finalLogs } = setup({ transports: [chain.transport()] })
    for (let block = 0; block < 6; block++) chain.mine([8])
    await drain()
    for (const [depth, extra] of [
      [2, 0],
      [3, 0],
      [1, 4],
      [3, 1],
    ] as const) {
      chain.reorg({ depth, sends: [[9], [], [8, 8]] })
      for (let block = 0; block < extra; block++) chain.mine([8])
      await drain()
      await drain()
    }
    chain.rollback(2)
    await drain()
    for (let block = 0; block < 5; block++) chain.mine([9])
    await drain()
    await drain()
    expect(seen.some((notification) => notification.kind === 'reverted')).toBe(true)
    expect(replay(seen).at(-1)).toBe(chain.top().hash)
    expect(replay(seen)).toEqual(
      chain
        .blocks()
        .map((block) => block.hash)
        .filter((hash) => replay(seen).includes(hash)),
    )
    expect(ids(finalLogs())).toEqual(trueLogs(chain, chain.top().number - 3n))
  })

  it('halts durably when a final block is replaced', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const store = memoryStore()
    const first = setup({ transports: [chain.transport()], store })
    for (let block = 0; block < 9; block++) chain.mine([8])
    await first.drain()
    chain.reorg({ depth: 5 })
    await first.drain()
    await first.drain()
    expect(first.sync.status().halt?.reason).toBe('finality-violated')
    const finals = first.finalLogs().length
    chain.mine([8])
    const second = setup({ transports: [chain.transport()], store })
    await second.drain()
    expect(second.sync.status().halt?.reason).toBe('finality-violated')
    expect(second.seen.map((notification) => notification.kind)).toEqual(['halted'])
    expect(first.finalLogs()).toHaveLength(finals)
  })

  it('halts when its consumer keeps what is not there any more', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const { sync, seen } = setup({
      transports: [chain.transport()],
      onNotification: ({ kind }) => {
        if (kind === 'finalized') throw new FinalityViolatedError({ chainId: 7, detail: 'message 0 was 0x01, and is 0x02' })
      },
    })
    for (let block = 0; block < 6; block++) chain.mine([8])
    await sync.step()
    expect(sync.status().halt).toMatchObject({ reason: 'finality-violated', detail: 'message 0 was 0x01, and is 0x02' })
    expect(seen.map(({ kind }) => kind)).toEqual(['halted'])
  })

  it('notes a halt when the disk has room again, and tells of it then, and reads nothing until then', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const kept = memoryStore()
    let isFull = false
    const save: typeof kept.save = async (chainId, state) => {
      if (isFull) throw new TypeError('database or disk is full')
      await kept.save(chainId, state)
    }
    const { sync, seen, drain } = setup({ transports: [chain.transport()], store: { ...kept, save } })
    for (let block = 0; block < 9; block++) chain.mine([8])
    await drain()
    chain.reorg({ depth: 5 })
    isFull = true
    await drain()
    await drain()
    const before = seen.length
    expect([sync.status().halt?.reason, (await kept.load(7))?.halt]).toEqual(['finality-violated', undefined])
    chain.mine([8])
    await drain()
    expect(sync.status().lastError).toContain('disk is full')
    isFull = false
    await drain()
    expect((await kept.load(7))?.halt?.reason).toBe('finality-violated')
    expect(seen.slice(before).map(({ kind }) => kind)).toEqual(['halted'])
  })

  it('waits for a lagging provider and halts when finality stays lower for too long', async () => {
    const chain = createFakeChain({ chainId: 7 })
    let time = 0
    let lag = 0
    const { sync, drain } = setup({ transports: [chain.transport({ lag: () => lag })], now: () => time })
    for (let block = 0; block < 12; block++) chain.mine([8])
    await drain()
    lag = 6
    await drain()
    expect(sync.status().halt).toBeUndefined()
    lag = 0
    await drain()
    time = 5_000
    expect(sync.status().isSynced).toBe(true)
    chain.rollback(6)
    await drain()
    time = 7_000
    await drain()
    expect(sync.status().halt?.reason).toBe('finality-regressed')
  })

  it('does not halt on the word of one liar among three, and goes on without it', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const liar = createFakeChain({ chainId: 7 })
    for (let block = 0; block < 12; block++) liar.mine([9])
    const transports = [liar.transport({ name: 'liar' }), chain.transport({ name: 'a' }), chain.transport({ name: 'b' })]
    const { sync, drain, finalLogs } = setup({ transports, agreement: 2 })
    for (let block = 0; block < 12; block++) chain.mine([8])
    for (let round = 0; round < 5; round++) await drain()
    expect(sync.status().halt).toBeUndefined()
    expect(ids(finalLogs())).toEqual(trueLogs(chain, 9n))
  })

  it('stops at a disagreement of two and goes on when it ends', async () => {
    const chain = createFakeChain({ chainId: 7 })
    let isLying = true
    const drops = (log: SyncLog) => isLying && log.blockNumber === 5n
    const { sync, drain, finalLogs } = setup({
      transports: [chain.transport({ name: 'a' }), chain.transport({ name: 'b', drops })],
      agreement: 2,
    })
    for (let block = 0; block < 12; block++) chain.mine([8])
    await drain()
    expect(finalLogs()).toEqual([])
    expect(sync.status().counters.disagreements).toBeGreaterThan(0)
    isLying = false
    await drain()
    expect(ids(finalLogs())).toEqual(trueLogs(chain, 9n))
  })

  it.each([
    ['both events of the last message', (log: SyncLog) => log.blockNumber === 9n],
    ['both events in the middle', (log: SyncLog) => log.blockNumber === 4n],
    ['only LaneAdvanced', (log: SyncLog) => log.blockNumber === 4n && log.topics[0] === laneAdvancedTopic],
    ['only MessageSent', (log: SyncLog) => log.blockNumber === 4n && log.topics[0] !== laneAdvancedTopic],
  ])('notices by the lane that all providers drop %s', async (_, dropped) => {
    const chain = createFakeChain({ chainId: 7 })
    let isDropping = true
    const drops = (log: SyncLog) => isDropping && dropped(log)
    const { sync, drain, finalLogs } = setup({ transports: [chain.transport({ drops }), chain.transport({ drops })], agreement: 2 })
    for (let block = 0; block < 12; block++) chain.mine([8])
    await drain()
    expect(finalLogs()).toEqual([])
    expect(sync.status().counters.incomplete).toBeGreaterThan(0)
    isDropping = false
    await drain()
    expect(ids(finalLogs())).toEqual(trueLogs(chain, 9n))
  })

  it('refuses a forged leaf even when all providers agree on it', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const twists = (call: { method: string }, result: unknown) =>
      call.method === 'eth_getLogs' && Array.isArray(result)
        ? result.map((log) =>
            log.blockNumber === '0x4' && log.topics[0] !== laneAdvancedTopic
              ? { ...log, topics: [log.topics[0], `0x${'66'.repeat(32)}`] }
              : log,
          )
        : result
    const { sync, drain, finalLogs } = setup({ transports: [chain.transport({ twists })] })
    for (let block = 0; block < 12; block++) chain.mine([8])
    await drain()
    expect(finalLogs()).toEqual([])
    expect(sync.status().counters.incomplete).toBeGreaterThan(0)
  })

  it('treats null as no answer, turns to the next provider and splits ranges that are refused', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const broken = chain.transport({ name: 'broken', twists: (call, result) => (call.method === 'eth_getBlockByNumber' ? null : result) })
    const small = chain.transport({ name: 'small', maxRange: 2 })
    const { sync, drain, finalLogs } = setup({ transports: [broken, small] })
    for (let block = 0; block < 40; block++) chain.mine([8])
    for (let round = 0; round < 60; round++) await drain()
    expect(ids(finalLogs())).toEqual(trueLogs(chain, 37n))
    expect(sync.status().counters.splits).toBeGreaterThan(0)
  })

  it('never uses a provider of another chain', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const { sync, drain, finalLogs } = setup({ transports: [chain.transport({ chainId: 6 })] })
    for (let block = 0; block < 12; block++) chain.mine([8])
    await drain()
    expect(finalLogs()).toEqual([])
    expect(sync.status().lastError).toContain('another chain')
  })

  it('repeats a notification whose handler failed, and resumes from its store', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const store = memoryStore()
    let fails = 2
    const onNotification = () => {
      if (fails-- > 0) throw new TypeError('disk full')
    }
    const first = setup({ transports: [chain.transport()], store, onNotification })
    for (let block = 0; block < 8; block++) chain.mine([8])
    for (let round = 0; round < 4; round++) await first.drain()
    const second = setup({ transports: [chain.transport()], store })
    for (let block = 0; block < 8; block++) chain.mine([9])
    await second.drain()
    expect(ids([...first.finalLogs(), ...second.finalLogs()])).toEqual(trueLogs(chain, 13n))
  })
})
