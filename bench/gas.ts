/**
 * Measures gas on the production build and writes bench/results/gas.json.
 *
 * Run: npm run bench:gas [-- --check]. With `--check` nothing is written: it fails when a bar is missed, or when a figure rose by more
 * than half a percent over the committed one.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { recordCounts } from '../scripts/run/counts.ts'
import { bars } from './gas/bars.ts'
import { boardRows } from './gas/board.ts'
import { charterRows } from './gas/charters.ts'
import { gatewayRows } from './gas/gateway.ts'
import { proposalRows } from './gas/proposals.ts'
import type { Row } from './gas/row.ts'
import { taskRows } from './gas/tasks.ts'

const file = new URL('./results/gas.json', import.meta.url)
const tolerance = 1.005

/** Each suite measures in a world of its own. */
const suites = [gatewayRows, taskRows, boardRows, proposalRows, charterRows]
const rows: Row[] = []
for (const suite of suites) rows.push(...(await suite()))
const before = readRows()
const faults: string[] = []
for (const { name, gas, per, n } of rows) {
  const bar = bars[name]
  const old = before.find((candidate) => candidate.name === name)?.gas
  const change = old === undefined ? 'new' : `${gas >= old ? '+' : ''}${gas - old}`
  console.log(
    `${name.padEnd(36)} ${String(gas).padStart(8)} per ${per.padEnd(12)} n ${String(n).padStart(4)}  bar ${bar ?? '-'}  ${change}`,
  )
  if (bar !== undefined && gas > bar) faults.push(`${name} costs ${gas}, the bar is ${bar}`)
  if (old !== undefined && gas > old * tolerance) faults.push(`${name} rose from ${old} to ${gas}`)
}

const isCheck = process.argv.includes('--check')
if (!isCheck) writeFileSync(file, `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`)
for (const fault of faults) console.error(fault)
if (isCheck) recordCounts({ runner: 'gas', passed: rows.length - faults.length, failed: faults.length, skipped: 0 })
if (isCheck && faults.length > 0) process.exitCode = 1

function readRows(): Row[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}
