import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createWatcherKey,
  deployRecipient,
  fund,
  linkAll,
  runsAt,
  send,
  sentTo,
  startChain,
  startWatcherProcess,
  type TestChain,
  until,
  type WatcherProcess,
} from './support/world.ts'

const cleanups: (() => Promise<void> | void)[] = []
const chains: TestChain[] = []
const watchers: WatcherProcess[] = []

beforeAll(async () => {
  chains.push(
    ...(await Promise.all([
      startChain({ chainId: 901, blockTime: 1, finality: { kind: 'depth', depth: 2 }, cleanups }),
      startChain({ chainId: 902, blockTime: 1, finality: { kind: 'depth', depth: 0 }, cleanups }),
    ])),
  )
  const keys = await Promise.all(['a', 'b', 'c'].map((name) => createWatcherKey({ name, cleanups })))
  await linkAll({ chains, members: keys.map(({ address }) => address), quorum: 2 })
  await fund(chains, keys)
  watchers.push(...(await Promise.all(keys.map((key) => startWatcherProcess({ key, keys, chains, cleanups })))))
})

afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

describe('three watchers', () => {
  it('bring each message exactly once', async () => {
    const [origin, destination] = chains
    if (origin === undefined || destination === undefined) throw new TypeError('no chains')
    const recipient = await deployRecipient(destination)
    for (let round = 0; round < 5; round++) await send({ origin, destination, recipient })
    const ids = await until('five were sent', async () => {
      const sent = await sentTo(origin)
      return sent.length === 5 && sent
    })
    const runs = await until('all ran', async () => {
      const found = await runsAt(destination, recipient)
      return found.size === 5 && found
    })
    expect([...runs.keys()].sort()).toEqual([...ids].sort())
    expect(new Set(runs.values())).toEqual(new Set([1]))
    const ready = await Promise.all(watchers.map((watcher) => fetch(new URL('/ready', watcher.url))))
    expect(ready.map(({ status }) => status)).toEqual([200, 200, 200])
  })
})
