import { chainsOf, userAccount } from '@hanse/devnet'
import { type Client, cell, createClient } from '@hanse/sdk'
import { type Hex, keccak256, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../scripts/simulation/random.ts'
import { until, useWorld } from '../support/world.ts'
import { historyOf } from './board/history.ts'
import { judge, operationsIn } from './board/judge.ts'
import { recordBoard } from './board/record.ts'
import { operationOf, type Run, work } from './board/writer.ts'

const isFull = process.env.HANSE_FULL === '1'
const home = 1001
const ids = [home, 1002, 1003]
/** No chain takes back as many blocks as its finality waits for. */
const finality = { kind: 'depth', depth: 5 } as const
const operations = 2

const world = useWorld({
  chains: ids.map((chainId) => ({ chainId, blockTime: 0.3, finality, gasLimit: 100_000_000 })),
  watchers: 3,
  quorum: 2,
  users: isFull ? 100 : 3,
})

const clientOf = (index: number, size: number): Client =>
  createClient({ chains: chainsOf(world.now.info), account: userAccount(index), pollingIntervalMs: 100 + 5 * size })

/** A space in which each writer may write from its chain and at home. */
async function startRun(client: Client, size: number): Promise<Run> {
  const writers = Array.from({ length: size }, (_, index) => index).flatMap((index) =>
    [...new Set([home, chainIdOf(index)])].map((chainId) => ({ chainId, account: userAccount(index).address })),
  )
  const salt = keccak256(toHex(`writers ${size}`))
  const { event } = await cell.openSpace.sync(client, { chainId: home, writers, maxLease: 60, salt })
  const keys = Array.from({ length: Math.max(2, Math.ceil(size / 6)) }, (_, i) => keccak256(toHex(`section ${i}`)))
  return { homeChainId: home, space: event.space, keys, lookMs: 200 + 10 * size, counts: new Map(), inside: new Map(), faults: [] }
}

const chainIdOf = (index: number): number => ids[index % ids.length] ?? home

/** Takes back blocks of one chain after the other, and sends mirrors that are old when they arrive, until all is written. */
async function disturb({ client, run, random, isOver }: { client: Client; run: Run; random: Random; isOver: () => boolean }) {
  let reorgs = 0
  while (!isOver()) {
    await new Promise((resolve) => setTimeout(resolve, random.between(1_000, 3_000)))
    const chainId = ids[reorgs % ids.length] ?? home
    await world.now.reorg({ chainId, depth: random.between(2, finality.depth - 1) })
    reorgs += 1
    const key = run.keys[random.below(run.keys.length)] ?? '0x'
    await cell
      .sendCell(client, { chainId: home, space: run.space, key, destinationChainId: chainIdOf(random.between(1, 2)) })
      .catch(() => {})
  }
  return reorgs
}

/** Every mirror shows, sooner or later, what home shows. */
async function heal(client: Client, { space, keys }: Run): Promise<number> {
  let mirrors = 0
  for (const key of keys) {
    const { value } = await cell.read(client, { chainId: home, space, key, at: 'final' })
    if (value.version === 0) continue
    for (const chainId of ids.slice(1)) {
      await cell.sendCell.sync(client, { chainId: home, space, key, destinationChainId: chainId })
      mirrors += 1
    }
  }
  for (const key of keys) await until(`the mirrors of ${key} equal home`, () => areEqual(client, { space, key }), 60_000)
  return mirrors
}

async function areEqual(client: Client, { space, key }: { readonly space: Hex; readonly key: Hex }): Promise<boolean> {
  const { value } = await cell.read(client, { chainId: home, space, key })
  if (value.version === 0) return true
  const views = await Promise.all(ids.slice(1).map((chainId) => cell.getMirror(client, { chainId, homeChainId: home, space, key })))
  // A mirror ahead of home would be a lie: it can only be of a block that was taken back.
  for (const view of views) expect(Number(view.value?.version ?? 0)).toBeLessThanOrEqual(value.version)
  return views.every((view) => Number(view.value?.version) === value.version && view.value?.valueHash === value.valueHash)
}

describe('writers over three chains, with reorganisations, stale views, and deaths while holding a lease', () => {
  it.each(isFull ? [3, 10, 100] : [3])(
    '%i of them lose no update, never hold a cell together, and all mirrors heal',
    async (size) => {
      const random = createRandom(size)
      const client = clientOf(0, size)
      const run = await startRun(client, size)
      const began = performance.now()
      let isOver = false
      const disturbing = disturb({ client, run, random: random.fork(1), isOver: () => isOver })
      const working = Array.from({ length: size }, (_, index) =>
        work({ run, client: clientOf(index, size), index, chainId: chainIdOf(index), random: random.fork(100 + index) }, operations),
      )
      await Promise.all(working).finally(() => {
        isOver = true
      })
      const reorgs = await disturbing
      const mirrors = await heal(client, run)

      const history = await historyOf(client, { chainId: home, space: run.space })
      expect([...history].flatMap(([key, events]) => judge(events).map((fault) => `${key}: ${fault}`))).toEqual([])
      expect(run.faults).toEqual([])
      const present: Hex[] = []
      for (const key of run.keys)
        present.push(...operationsIn((await cell.read(client, { chainId: home, space: run.space, key })).value.value))
      const brought = Array.from({ length: size }, (_, index) => Array.from({ length: operations }, (_, n) => operationOf(index, n))).flat()
      expect(present.toSorted()).toEqual(brought.toSorted())
      // It has shown something only if all of this struck.
      for (const name of ['died holding', 'propose']) expect(run.counts.get(name), name).toBeGreaterThan(0)
      expect(reorgs).toBeGreaterThan(1)
      const seconds = Math.round((performance.now() - began) / 1000)
      recordBoard(`writers.${size}`, { updates: present.length, lost: 0, doubleGrants: 0, mirrors, reorgs, seconds, ...countsOf(run) })
    },
    isFull ? 1_200_000 : 150_000,
  )
})

const countsOf = ({ counts }: Run) => ({ counts: Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) })
