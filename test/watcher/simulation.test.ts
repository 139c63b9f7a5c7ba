import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plants } from '../../scripts/simulation/plants.ts'
import { play } from '../../scripts/simulation/world.ts'

describe('the simulation', () => {
  it('delivers everything in a calm world, the same way twice', async () => {
    const [first, second] = [await play({ seed: 1, isCalm: true }), await play({ seed: 1, isCalm: true })]
    expect(first.violations).toEqual([])
    expect(first.messages).toBeGreaterThan(0)
    expect(first.counts.executions).toBeGreaterThan(0)
    expect(second.trace).toBe(first.trace)
  })

  it('bears what once broke it', async () => {
    // Two sides of a contradiction at once; an old copy of a disk around a break of finality.
    for (const seed of [2026, 5421]) expect((await play({ seed })).violations, `seed ${seed}`).toEqual([])
  })

  it.each(plants)('finds in the watcher what this bug changes: $name', ({ file, find }) => {
    expect(readFileSync(join(import.meta.dirname, '../..', file), 'utf8')).toContain(find)
  })
})
