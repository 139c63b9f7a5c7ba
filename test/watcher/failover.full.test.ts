import { afterAll, describe, expect, it } from 'vitest'
import { playFailover, playSplit } from './support/failover.ts'
import { hasPostgres } from './support/postgres.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

describe.skipIf(!hasPostgres)('one watcher as several processes', () => {
  it('brings messages where one process signs, one talks to peers, and one pays', async () => {
    const { messages, duties, ...outcome } = await playSplit({ messages: 12, leaseMs: 3_000, cleanups })
    expect({ messages, duties }).toEqual({ messages: 12, duties: [2, 4] })
    expect(outcome).toMatchObject({ twice: 0, doubleSignatures: 0 })
    expect(outcome.heads).toBeGreaterThan(0)
  })

  it('goes on in under five seconds when either dies or hangs, and signs nothing twice', async () => {
    const rounds = ['killed', 'stopped', 'stopped', 'killed'] as const
    const { changes, messages, twice, heads, doubleSignatures } = await playFailover({ rounds, leaseMs: 3_000, cleanups })
    for (const { signedSeconds } of changes) expect(signedSeconds).toBeLessThan(5)
    expect({ twice, doubleSignatures }).toEqual({ twice: 0, doubleSignatures: 0 })
    expect(messages).toBeGreaterThan(20)
    expect(heads).toBeGreaterThan(5)
  })
})
