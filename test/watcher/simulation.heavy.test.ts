import { describe, expect, it } from 'vitest'
import { playMany } from '../../scripts/simulation/crowd.ts'
import { planOf } from '../../scripts/simulation/plan.ts'
import { plants } from '../../scripts/simulation/plants.ts'

/** Seeds that `npm run sim -- --plants` found, each the smallest. */
const found = [
  ['signs heads that are not final', 2, 'false signature'],
  ['forgets at a restart that a chain was halted', 21, 'halt'],
  ['trusts one provider', 119, 'false signature'],
  ['signs before peers have said what it signed', 5421, 'double signature'],
] as const

describe('bugs planted in the watcher', () => {
  it.each(found)('%s: seed %i', async (name, seed, rule) => {
    expect(plants.map((plant) => plant.name)).toContain(name)
    const { failures } = await playMany({ first: seed, count: 1, plant: name, threads: 1 })
    expect(failures.map((failure) => failure.rule)).toEqual([rule])
  })

  it('are an error when the source that they change has gone', async () => {
    const { failures, reports } = await playMany({ first: 1, count: 1, plant: 'no such bug', threads: 1 })
    expect(reports).toEqual([])
    expect(failures).toHaveLength(1)
  })

  it('strike in worlds that hold every trouble', () => {
    const kinds = new Set<string>()
    for (let seed = 1; seed <= 2_000; seed++)
      for (const { trouble } of planOf({ seed }).troubles) kinds.add(trouble.kind === 'provider' ? trouble.fault : trouble.kind)
    expect(kinds.size).toBe(34)
  })
})
