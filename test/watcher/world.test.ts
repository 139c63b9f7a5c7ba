import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, kill, reorg, runsAt, send, sentTo, startTestWorld, startWatcherProcess, until, type WatcherProcess } from './support/world.ts'

const cleanups: (() => Promise<void> | void)[] = []
let world: Awaited<ReturnType<typeof startTestWorld>>
const watchers: WatcherProcess[] = []

beforeAll(async () => {
  world = await startTestWorld({
    chains: [
      { chainId: 901, finality: { kind: 'depth', depth: 2 } },
      { chainId: 902, finality: { kind: 'depth', depth: 0 } },
      { chainId: 903, finality: { kind: 'finalized' } },
    ],
    watchers: ['a', 'b', 'c'],
    quorum: 2,
    cleanups,
  })
  const { keys, chains } = world
  watchers.push(...(await Promise.all(keys.map((key) => startWatcherProcess({ key, keys, chains, cleanups })))))
})

afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** Everything that was sent from one chain to another ran there once, and nothing else did. */
async function expectAllRan(from: number, to: number, count: number): Promise<void> {
  const [origin, destination] = [at(world.chains, from), at(world.chains, to)]
  const recipient = world.recipientOf(destination)
  const ids = await until(`${count} were sent`, async () => {
    const sent = await sentTo(origin, destination)
    return sent.length === count && sent
  })
  const runs = await until('all ran', async () => {
    const found = await runsAt(destination, recipient)
    return ids.every((id) => found.has(id)) && found
  })
  for (const id of ids) expect(runs.get(id)).toBe(1)
}

async function sendMany(from: number, to: number, count: number): Promise<void> {
  const [origin, destination] = [at(world.chains, from), at(world.chains, to)]
  for (let index = 0; index < count; index++) await send({ origin, destination, recipient: world.recipientOf(destination) })
}

describe('three watchers', () => {
  it('bring each message exactly once between chains of different finality', async () => {
    await Promise.all([sendMany(0, 1, 5), sendMany(1, 2, 3), sendMany(2, 0, 2)])
    await Promise.all([expectAllRan(0, 1, 5), expectAllRan(1, 2, 3), expectAllRan(2, 0, 2)])
    await until('all are ready', async () =>
      (await Promise.all(watchers.map(({ url }) => fetch(new URL('/ready', url))))).every(({ ok }) => ok),
    )
  })

  it('go on without one of them', async () => {
    expect(await kill(at(watchers, 0), 'SIGKILL')).toBe('SIGKILL')
    await sendMany(0, 1, 3)
    await expectAllRan(0, 1, 8)
  })

  it('bring what a reorg above finality put in another block, and nothing that it removed', async () => {
    const [origin, destination] = [at(world.chains, 0), at(world.chains, 1)]
    await sendMany(0, 1, 2)
    await until('they are in a block', async () => (await sentTo(origin, destination)).length === 10)
    await reorg(origin, 2)
    await sendMany(0, 1, 1)
    const left = (
      await until(
        'the last one is in a block',
        async () => (await sentTo(origin, destination)).length > 8 && (await sentTo(origin, destination)),
      )
    ).length
    await expectAllRan(0, 1, left)
    const runs = await runsAt(destination, world.recipientOf(destination))
    expect(runs.size).toBe(left)
  })

  it('bring a message again when a reorg of its destination took the delivery back', async () => {
    const destination = at(world.chains, 0)
    const recipient = world.recipientOf(destination)
    const before = (await runsAt(destination, recipient)).size
    await sendMany(1, 0, 1)
    await until('it ran', async () => (await runsAt(destination, recipient)).size === before + 1)
    await reorg(destination, 2)
    expect((await runsAt(destination, recipient)).size).toBe(before)
    const runs = await until('it ran again', async () => {
      const found = await runsAt(destination, recipient)
      return found.size === before + 1 && found
    })
    expect(new Set(runs.values())).toEqual(new Set([1]))
  })

  it('halt the chain whose finality broke, and only that one', async () => {
    const broken = at(world.chains, 0)
    const before = await broken.client.getBlockNumber()
    await until('there are blocks to replace', async () => (await broken.client.getBlockNumber()) > before + 3n)
    await reorg(broken, 8)
    const watcher = at(watchers, 1)
    await until('it is halted', async () => {
      const metrics = await (await fetch(new URL('/metrics', watcher.url))).text()
      return metrics.includes('watcher_halted{chain="901",reason="finality-violated"} 1')
    })
    await sendMany(1, 2, 2)
    await expectAllRan(1, 2, 5)
    expect((await fetch(new URL('/ready', watcher.url))).status).toBe(503)
  })

  it('stop within five seconds when told to', async () => {
    const started = Date.now()
    expect(await kill(at(watchers, 1), 'SIGTERM')).toBe('0')
    at(watchers, 2).child.disconnect()
    expect(await at(watchers, 2).exited).toBe('0')
    expect(Date.now() - started).toBeLessThan(5_000)
  })
})
