/**
 * Plays the scenarios of coordination with their baselines in a simulator whose prices are those of bench/results/gas.json, and the small cases on
 * local chains, too. Writes bench/results/scenarios.json and the charts of docs/charts.
 *
 * Run: npm run bench:scenarios [-- --check] [--only S1,S7] [--quick] [--no-local] [--wall]. It fails when a bar is missed, when both back ends are not of one
 * mind, or when nothing ran. With `--wall` the local chains make their blocks by
 * the clock, which takes minutes and a quiet machine. With `--check` nothing is written, and it is quick and without local chains. Anything but the whole writes nothing.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { recordCounts } from '../scripts/run/counts.ts'
import { table } from '../scripts/run/table.ts'
import { type Agreement, agree, faultsOf } from './sim/agreement.ts'
import { snapshotPrices } from './sim/prices.ts'
import { playSimulated } from './sim/run.ts'
import { scenarios } from './sim/scenarios/all.ts'
import { chartsOf } from './sim/series.ts'
import { svgOf } from './sim/svg.ts'
import type { ScenarioRow } from './sim/types.ts'

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    wall: { type: 'boolean', default: false },
    'no-local': { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const isQuick = values.quick || values.check
const hasLocal = !values['no-local'] && !values.check
const only = values.only?.split(',')
const chosen = scenarios.filter(({ id }) => only === undefined || only.includes(id))
const prices = snapshotPrices()
const rows: ScenarioRow[] = []
const agreements: Agreement[] = []
const faults: string[] = []

for (const scenario of chosen) {
  const ones: ScenarioRow[] = []
  for (const one of scenario.cases(isQuick ? 'quick' : 'full')) ones.push(await playSimulated(scenario, one, prices))
  console.log(`\n${scenario.id} ${scenario.title}\n${table(linesOf(ones))}`)
  rows.push(...ones)
  faults.push(...scenario.judge(ones))
}
if (hasLocal) {
  for (const scenario of chosen) {
    for (const one of scenario.cases('local')) {
      const agreement = await agree(scenario, one, { prices, clock: values.wall ? 'wall' : 'driven' })
      agreements.push(agreement)
      const { gas, latency, disagreements } = agreement
      console.log(
        `${scenario.id} ${one.way}, ${one.agents} agents: gas ${gas.simulated} against ${gas.local} (${(100 * gas.off).toFixed(2)} %), ` +
          `${latency.figure} ${latency.simulated} against ${latency.local} (${(100 * latency.off).toFixed(2)} %), ${disagreements.length} disagreements`,
      )
    }
  }
  faults.push(...faultsOf(agreements))
}
if (rows.length === 0) faults.push('nothing was played')

const charts = chartsOf(rows)
console.log(
  `\n${table([['chart', 'way', 'fit', 'slope', 'r2', 'points'], ...charts.flatMap((chart) => chart.lines.map(({ way, fit, points }) => [chart.name, way, chart.fit, String(fit?.slope ?? '-'), String(fit?.r2 ?? '-'), points.length]))])}`,
)
if (!isQuick && hasLocal && only === undefined && faults.length === 0) write()
for (const fault of faults) console.error(fault)
console.log(
  faults.length === 0 ? `\n${rows.length} runs and ${agreements.length} comparisons: every bar is met.` : `\n${faults.length} faults.`,
)
recordCounts({ runner: 'scenarios', passed: rows.length + agreements.length, failed: faults.length, skipped: 0 })
process.exitCode = faults.length === 0 ? 0 : 1

/** One line for each run, with the figures that all of a scenario have. */
function linesOf(ones: readonly ScenarioRow[]): (string | number)[][] {
  const names = Object.keys(ones[0]?.figures ?? {})
  const settings = Object.keys(ones[0]?.settings ?? {}).filter((name) => new Set(ones.map((row) => row.settings[name])).size > 1)
  const head = ['way', 'agents', 'chains', ...settings, 'transactions', 'failed', ...names]
  return [
    head,
    ...ones.map((row) => [
      ...[row.way, row.agents, row.blockSeconds.length, ...settings.map((name) => row.settings[name] ?? '-'), row.transactions, row.failed],
      ...names.map((name) => String(row.figures[name] ?? '-')),
    ]),
  ]
}

function write(): void {
  const commit = execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).trim()
  const lines = (ones: readonly object[]) => `[\n${ones.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]`
  const fits = charts.map(({ lines: ways, ...chart }) => ({ ...chart, ways: ways.map(({ way, fit }) => ({ way, ...fit })) }))
  const text = `{\n  "commit": "${commit}",\n  "prices": "bench/results/gas.json",\n  "agreement": ${lines(agreements)},\n  "fits": ${lines(fits)},\n  "runs": ${lines(rows)}\n}\n`
  writeFileSync(new URL('./results/scenarios.json', import.meta.url), text)
  const folder = new URL('../docs/charts/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  for (const chart of charts) writeFileSync(new URL(`${chart.name}.svg`, folder), svgOf(chart))
}
