import { describe, expect, it } from 'vitest'
import { createSync, memoryStore, type SyncLog, type SyncNotification } from '../../sdk/src/sync/index.ts'
import { createFakeChain, type Faults, gateway } from './support/fakeChain.ts'

/** Numbers from a seed, the same every time. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const idOf = (log: SyncLog) => `${log.blockHash} ${log.logIndex}`

/** What a consumer holds who follows the notifications, and what it was told is final. */
function createConsumer() {
  const held: string[] = []
  const final = new Map<string, SyncLog>()
  let finalUpTo = 0n
  return {
    held,
    final,
    take(notification: SyncNotification): void {
      if (notification.kind === 'committed') for (const block of notification.blocks) held.push(block.hash)
      if (notification.kind === 'reverted') for (const block of notification.blocks) expect(held.pop()).toBe(block.hash)
      if (notification.kind !== 'finalized') return
      // Repeated after a crash between handler and store, but never with a gap.
      expect(notification.from <= finalUpTo + 1n).toBe(true)
      finalUpTo = notification.to.number
      for (const log of notification.logs) final.set(idOf(log), log)
    },
  }
}

/** One life of a chain under reorgs, faults and restarts; then the faults end and the truth must stand. */
async function runScenario(seed: number, isFrugal: boolean): Promise<void> {
  const random = randomFrom(seed)
  const chain = createFakeChain({ chainId: 7 })
  const depth = 1 + Math.floor(random() * 5)
  let isChaotic = true
  const chance = (share: number) => isChaotic && random() < share
  const faults = (name: string): Faults => ({
    name,
    lag: () => (chance(0.1) ? Math.floor(random() * 3) : 0),
    drops: () => chance(0.05),
    fails: () => chance(0.1),
    maxRange: 3 + Math.floor(random() * 20),
    twists: (_, result) => (chance(0.02) ? null : result),
  })
  const transports = [chain.transport(faults('a')), chain.transport(faults('b'))]
  const store = memoryStore()
  const consumer = createConsumer()
  const start = () =>
    createSync({
      chainId: 7,
      transports,
      agreement: 2,
      isFrugal,
      finality: { kind: 'depth', depth },
      sources: [{ address: gateway }],
      lanes: { gateway, destinations: [0, 8] },
      startBlock: 1n,
      store,
      onNotification: (notification) => {
        if (chance(0.05)) throw new TypeError('the handler fails')
        consumer.take(notification)
      },
    })
  let sync = start()
  for (let round = 0; round < 60; round++) {
    for (let block = Math.floor(random() * 4); block > 0; block--) chain.mine(random() < 0.5 ? [8] : random() < 0.5 ? [0, 8, 8] : [])
    const reorgable = Math.min(depth, chain.blocks().length - 1)
    if (random() < 0.3 && reorgable > 0) chain.reorg({ depth: 1 + Math.floor(random() * reorgable), sends: [[8], [], [0]] })
    for (let steps = Math.floor(random() * 3); steps > 0; steps--) await sync.step()
    if (random() < 0.1) sync = start()
  }
  isChaotic = false
  isChaotic = false
  for (let step = 0; step < 80; step++) await sync.step()
  const upTo = chain.top().number - BigInt(depth)
  const truth = chain.blocks().flatMap((block) => (block.number <= upTo ? block.logs.map(idOf) : []))
  expect(sync.status().halt, `seed ${seed}`).toBeUndefined()
  expect([...consumer.final.keys()].sort(), `seed ${seed}`).toEqual(truth.sort())
  expect(new Set(consumer.held).size, `seed ${seed}: a block was committed twice`).toBe(consumer.held.length)
  expect(consumer.held.at(-1), `seed ${seed}`).toBe(chain.top().hash)
}

describe('createSync under chaos', () => {
  it('loses, invents and changes nothing over many seeds', async () => {
    for (let seed = 1; seed <= 80; seed++) await runScenario(seed, seed % 2 === 0)
  })
})
