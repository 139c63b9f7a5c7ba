import { describe, expect, it } from 'vitest'
import { type Agreement, faultsOf } from '../../bench/sim/agreement.ts'
import { fitLine } from '../../bench/sim/fit.ts'
import { draw } from '../../bench/sim/numbers.ts'
import { leastAssignment, leastCost, type Work } from '../../bench/sim/optimum.ts'
import { PriceMissingError, snapshotPrices } from '../../bench/sim/prices.ts'
import { createQueue } from '../../bench/sim/queue.ts'
import { playSimulated } from '../../bench/sim/run.ts'
import { scenarios } from '../../bench/sim/scenarios/all.ts'
import type { Case, Scenario, ScenarioRow } from '../../bench/sim/types.ts'

const prices = snapshotPrices()

async function playAll(scenario: Scenario, change: (one: Case) => Case = (one) => one): Promise<ScenarioRow[]> {
  const rows: ScenarioRow[] = []
  for (const one of scenario.cases('quick')) rows.push(await playSimulated(scenario, change(one), prices))
  return rows
}

function scenarioOf(id: string): Scenario {
  const found = scenarios.find((scenario) => scenario.id === id)
  if (found === undefined) throw new RangeError(id)
  return found
}

describe('the scenarios of coordination', () => {
  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))('%s meets its bars in small', async (_id, scenario) => {
    const rows = await playAll(scenario)
    expect(scenario.judge(rows)).toEqual([])
    expect(rows.every(({ transactions }) => transactions > 0)).toBe(true)
  })

  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    '%s plays alike from one seed, and otherwise from another',
    async (_id, scenario) => {
      const [one] = scenario.cases('quick')
      if (one === undefined) throw new RangeError('no case')
      const first = await playSimulated(scenario, one, prices)
      expect(await playSimulated(scenario, one, prices)).toEqual(first)
      const other = await playSimulated(scenario, { ...one, seed: one.seed + 1 }, prices)
      expect(other.figures).not.toEqual(first.figures)
    },
  )

  it('judges nothing as bad', () => {
    for (const scenario of scenarios) expect(scenario.judge([])).not.toEqual([])
  })
})

describe('a planted bug misses a bar', () => {
  const expectFault = async (id: string, change: (one: Case) => Case, fault: RegExp, label = (row: ScenarioRow) => row) => {
    const scenario = scenarioOf(id)
    const rows = (await playAll(scenario, change)).map(label)
    expect(scenario.judge(rows).join('\n')).toMatch(fault)
  }
  const set = (settings: Record<string, number>) => (one: Case) => ({ ...one, settings: { ...one.settings, ...settings } })

  it('a rank by which all come first', () => expectFault('S7', set({ brokenRank: 1 }), /claim .* times per task/))
  it('views that are all a block behind', () =>
    expectFault('S7', set({ stale: 0.5 }), /claim .* times per task/, (row) => ({ ...row, settings: { ...row.settings, stale: 0.05 } })))
  it('subscribers that believe a node which leaves out entries', () => expectFault('S3', set({ trusting: 1 }), /logs with other content/))
  it('editors that write over what they have not seen', () => {
    const naive = (one: Case) => (one.way === 'edit' ? { ...one, way: 'free-for-all' } : one)
    return expectFault('S1', naive, /lost \d+ updates/, (row) => ({ ...row, way: 'edit' }))
  })
  it('objects without a home', () =>
    expectFault(
      'S10',
      (one) => ({ ...one, way: 'replicated' }),
      /went to two/,
      (row) => ({ ...row, way: 'home' }),
    ))
  it('bids on chain', () =>
    expectFault(
      'S2',
      (one) => ({ ...one, way: 'bids on chain' }),
      /gas per task/,
      (row) => ({ ...row, way: 'signed bids' }),
    ))
  it('coordinators that nobody replaces in time', () =>
    expectFault(
      'S5',
      (one) => one,
      /a successor came after/,
      (row) => ({ ...row, settings: { ...row.settings, workSeconds: 1 } }),
    ))
})

describe('the simulator', () => {
  it('refuses to price what nobody measured', () => {
    expect(() => prices('task.unheardOf')).toThrow(PriceMissingError)
  })

  it('takes events by their time, and by their order where that is the same', () => {
    const queue = createQueue<number>()
    const times = [5, 1, 3, 1, 4, 1, 5, 9, 2, 6]
    for (const [index, time] of times.entries()) queue.push(time, index)
    const taken = times.map(() => queue.pop())
    const sorted = times.map((due, item) => ({ due, item })).sort((one, other) => one.due - other.due || one.item - other.item)
    expect(taken).toEqual(sorted)
    expect(queue.pop()).toBeUndefined()
  })

  it('fits exponents and straight lines', () => {
    const powers = [1, 10, 100].map((x) => [x, 3 * x ** 2] as const)
    expect(fitLine('log-log', powers)).toMatchObject({ slope: 2, at: 3, r2: 1 })
    expect(
      fitLine('linear', [
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
    ).toMatchObject({ slope: 2, at: 1, r2: 1 })
    expect(fitLine('linear', [[1, 1]])).toBeUndefined()
  })

  it('calls it a fault when chains are of another mind', () => {
    const pair = { simulated: 10, local: 10 }
    const same: Agreement = {
      ...{ scenario: 'S1', way: 'edit', agents: 3, settings: {}, clock: 'driven', transactions: pair, failed: pair, disagreements: [] },
      gas: { ...pair, off: 0.019 },
      latency: { ...pair, figure: 'seconds', off: -0.049 },
    }
    expect(faultsOf([same])).toEqual([])
    expect(faultsOf([{ ...same, gas: { ...pair, off: 0.021 } }])).toHaveLength(1)
    expect(faultsOf([{ ...same, latency: { ...pair, figure: 'seconds', off: -0.051 } }])).toHaveLength(1)
    expect(faultsOf([{ ...same, transactions: { simulated: 0, local: 0 } }])).toHaveLength(1)
    expect(faultsOf([{ ...same, disagreements: ['write of agent 1: reverted, the rules say cell.write'] }])).toHaveLength(1)
  })
})

describe('the offline optimum', () => {
  /** Every way to give each row a column of its own. */
  const tried = (rows: number, columns: number, cost: (row: number, column: number) => number): number => {
    const from = (row: number, free: readonly number[]): number =>
      row === rows
        ? 0
        : Math.min(
            ...free.map(
              (column) =>
                cost(row, column) +
                from(
                  row + 1,
                  free.filter((other) => other !== column),
                ),
            ),
          )
    return from(
      0,
      Array.from({ length: columns }, (_, column) => column),
    )
  }

  it('is the least of all assignments', () => {
    for (let seed = 0; seed < 200; seed++) {
      const rows = 1 + (seed % 5)
      const columns = rows + (seed % 3)
      // Few values, so that many cost alike.
      const cost = (row: number, column: number) => Math.floor(draw(seed, row, column) * 5)
      expect(leastAssignment(rows, columns, cost)).toBe(tried(rows, columns, cost))
    }
  })

  it('wants different agents for what is under way at one moment, and only for that', () => {
    const work = (task: number, from: number, to: number): Work => ({ task, from, to })
    // Agent 0 is the cheapest for everything.
    const cost = (_: number, agent: number) => agent
    expect(leastCost([work(0, 0, 5), work(1, 6, 9)], 2, cost)).toBe(0)
    expect(leastCost([work(0, 0, 5), work(1, 5, 9)], 2, cost)).toBe(1)
    expect(leastCost([work(1, 2, 9), work(0, 0, 5), work(2, 4, 4)], 3, cost)).toBe(3)
  })

  it('is never dearer than what was played, and nearer the cheaper the winner', async () => {
    const rows = await playAll(scenarioOf('S7'))
    const over = rows.map(({ way, agents, figures }) => ({ way, agents, over: figures.winnerOverOptimum ?? Number.NaN }))
    expect(over.filter(({ over: more }) => !(more >= 0))).toEqual([])
    const meanOf = (way: string) => over.find((row) => row.way === way && row.agents >= 10)?.over ?? Number.NaN
    expect(meanOf('rising reward')).toBeLessThan(meanOf('public rank'))
  })
})
