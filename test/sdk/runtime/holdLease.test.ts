import type { Hex } from 'viem'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cell } from '../../../sdk/src/index.ts'
import { holdLease, withLease } from '../../../sdk/src/runtime/index.ts'
import { ada, type BoardBench, bo, hash, startBoard } from '../support/boards.ts'

let key: Hex
let bench: BoardBench

beforeAll(async () => {
  bench = await startBoard({ maxLease: 100 })
})
beforeEach(({ task }) => {
  key = hash(task.name)
})

/** A clock that the test moves, with the waits that hang on it; the chain's clock follows. */
function clockOf() {
  let now = 0
  let waiting: { until: number; wake: () => void }[] = []
  return {
    now: () => now,
    wait: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) return resolve()
        const wake = () => resolve()
        signal.addEventListener('abort', wake, { once: true })
        waiting.push({ until: now + ms, wake })
      }),
    async pass(seconds: number, isChainToo = true) {
      if (isChainToo) await bench.chain.node.increaseTime({ seconds })
      now += seconds * 1000
      const due = waiting.filter(({ until }) => until <= now)
      waiting = waiting.filter(({ until }) => until > now)
      for (const { wake } of due) wake()
      // What was woken talks to the chain in this process.
      for (let i = 0; i < 60; i++) await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

const read = async () => (await cell.read(bench.client, { ...bench.at, key })).value

describe('holdLease', () => {
  it('renews halfway, up to the limit of the space, and is lost there before another can have it', async () => {
    const { now, wait, pass } = clockOf()
    const lease = await holdLease(bench.client, { ...bench.at, key, duration: 40, now, wait })
    const first = lease.leaseEnd()
    await pass(20)
    await expect.poll(() => lease.leaseEnd()).toBeGreaterThan(first)
    const limit = (await read()).lease?.limit ?? 0
    for (let i = 0; i < 8; i++) await pass(10)
    expect(lease.leaseEnd()).toBeLessThanOrEqual(limit)
    await expect.poll(() => lease.signal.aborted).toBe(true)
    expect(lease.signal.reason).toMatchObject({ name: 'LeaseLostError', token: lease.token })
    await lease.release()
  })

  it('is lost by our clock when home cannot be reached, though nobody says so', async () => {
    const { now, wait, pass } = clockOf()
    const { chain, client, at } = bench
    const lease = await holdLease(client, { ...at, key, duration: 40, now, wait })
    // Every call to the chain hangs from here on.
    const { request } = chain.provider
    Object.assign(chain.provider, { request: () => new Promise(() => {}) })
    await pass(37, false)
    expect(lease.signal.aborted).toBe(false)
    await pass(2, false)
    expect(lease.signal.aborted).toBe(true)
    Object.assign(chain.provider, { request })
  })

  it('stops the work when another has the cell', async () => {
    const { now, wait, pass } = clockOf()
    const { client, at } = bench
    const work = withLease(client, { ...at, key, duration: 40, now, wait }, async ({ signal, token }) => {
      await cell.handoff.sync(client, { ...at, key, token, to: bo.address })
      await pass(20)
      await expect.poll(() => signal.aborted).toBe(true)
      return 'went on'
    })
    await expect(work).rejects.toMatchObject({ name: 'LeaseLostError' })
    expect((await read()).lease?.holder).toBe(bo.address)
  })

  it('gives the cell back, and gives what the work gave', async () => {
    const { client, at } = bench
    const result = await withLease(client, { ...at, key, duration: 40 }, async ({ token }) => {
      expect((await read()).lease).toMatchObject({ holder: ada.address, token })
      return 'done'
    })
    expect(result).toBe('done')
    expect((await read()).lease).toBeUndefined()
    const failing = withLease(client, { ...at, key, duration: 40 }, async () => {
      throw new RangeError('the work failed')
    })
    await expect(failing).rejects.toThrow('the work failed')
    expect((await read()).lease).toBeUndefined()
  })
})
