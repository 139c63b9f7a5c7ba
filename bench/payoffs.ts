/**
 * Plays every simple strategy of a worker against everything that the others may do, on the contracts' bytecode, and writes who wins and loses
 * what to bench/results/payoffs.json.
 *
 * Run: npm run bench:payoffs [-- --check]. It fails when honesty is dominated, or when dishonesty does not cost what it should. With `--check`
 * nothing is written.
 */
import { writeFileSync } from 'node:fs'
import { copyProject } from '../scripts/exploration/copy.ts'
import { people } from '../scripts/exploration/kinds.ts'
import { recordCounts } from '../scripts/run/counts.ts'
import { table } from '../scripts/run/table.ts'
import { faultsOf } from './payoffs/judge.ts'
import { effort, type Result, resultsOn } from './payoffs/results.ts'

const file = new URL('./results/payoffs.json', import.meta.url)

const line = ({ terms, against, strategy, worth, money }: Result) => [
  terms,
  against,
  strategy,
  worth,
  ...people.map((person) => money[person] ?? 0),
]

const results = await resultsOn(copyProject())
console.log(table([['terms', 'against', 'strategy', 'worth', ...people], ...results.map(line)]))
const faults = faultsOf(results)
for (const fault of faults) console.error(fault)
console.log(faults.length === 0 ? `${results.length} games: honesty is never dominated.` : `${faults.length} faults.`)
if (!process.argv.includes('--check') && faults.length === 0) {
  const rows = results.map(({ terms, against, strategy, player, worth, money }) => ({ terms, against, strategy, player, worth, money }))
  writeFileSync(file, `{"effort":${effort},"games":[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]}\n`)
}
recordCounts({ runner: 'payoffs', passed: results.length, failed: faults.length, skipped: 0 })
process.exitCode = faults.length === 0 && results.length > 0 ? 0 : 1
