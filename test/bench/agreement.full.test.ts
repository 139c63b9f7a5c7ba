import { expect, it } from 'vitest'
import { agree, faultsOf } from '../../bench/sim/agreement.ts'
import { snapshotPrices } from '../../bench/sim/prices.ts'
import { scenarios } from '../../bench/sim/scenarios/all.ts'

const prices = snapshotPrices()

/** A case of those that real chains play, the first that is like this. */
function caseOf(id: string, isWanted: (one: { readonly way: string; readonly settings: Readonly<Record<string, number>> }) => boolean) {
  const scenario = scenarios.find((candidate) => candidate.id === id)
  const one = scenario?.cases('local').find(isWanted)
  if (scenario === undefined || one === undefined) throw new RangeError(id)
  return { scenario, one }
}

it('editors under leases, some of whom pause too long, cost and take on a chain what the simulator says', async () => {
  const { scenario, one } = caseOf('S1', ({ way }) => way === 'lease')
  const agreement = await agree(scenario, one, { prices, clock: 'driven' })
  expect(faultsOf([agreement])).toEqual([])
  expect(agreement.transactions.local).toBeGreaterThan(10)
  // The same with a snapshot that is out of date is seen.
  const off = { ...agreement.gas, off: (agreement.gas.simulated * 1.03) / agreement.gas.local - 1 }
  expect(faultsOf([{ ...agreement, gas: off }])).not.toEqual([])
})

it('coordinators die, and the chain does with their tasks what the simulator says', async () => {
  const { scenario, one } = caseOf('S5', ({ settings }) => (settings.kill ?? 0) > 0)
  const agreement = await agree(scenario, one, { prices, clock: 'driven' })
  expect(faultsOf([agreement])).toEqual([])
})
