import { describe, expect, it } from 'vitest'
import { playMany } from '../../scripts/simulation/crowd.ts'
import { planOf } from '../../scripts/simulation/plan.ts'
import { plants } from '../../scripts/simulation/plants.ts'

/** A seed for each that shows it; `npm run sim -- --plants` seeks the smallest of all. */
const found = [
  ['signs heads that are not final', 2, 'false signature'],
  ['forgets at a restart that a chain was halted', 21, 'halt'],
  ['signs before the guard is on the disk', 27, 'halt'],
  ['skips the completeness check', 71, 'loss'],
  ['does not send lost transactions again', 76, 'loss'],
  ['trusts one provider', 119, 'false signature'],
  ['keeps contradictions to itself', 216, 'evidence'],
  ['never asks peers for what is missing', 8166, 'loss'],
  ['settles messages by blocks that are not final', 228743, 'loss'],
  ['triggers a default again while its transaction is under way', 30, 'paid twice'],
  ['looks at the limits of envelopes only before it waits', 57, 'envelopes'],
  ['counts envelopes anew after a restore', 193, 'envelopes'],
  ['forgets an envelope whose agent it did not know', 544349, 'envelopes'],
  ['signs before peers have said what it signed', 5421, 'double signature'],
] as const

it('plays a seed in which a watcher dies after it kept a message and before it noted the block, which is then replaced', async () => {
  expect((await playMany({ first: 12_747, count: 1, threads: 1 })).failures).toEqual([])
})

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
