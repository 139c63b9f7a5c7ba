/**
 * Measures queries of the agent directory and writes bench/results/directory.json: seeded agents over five chains, Zipf-distributed capabilities,
 * a part of them past their `liveUntil`, heartbeats between the queries.
 *
 * Run: npm run bench:directory [-- --check]. With `--check` nothing is written, and it fails when a bar is missed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordCounts } from '../scripts/run/counts.ts'
import { asked, type Market, market } from './directory/market.ts'
import { measure, type Row } from './directory/measure.ts'

/** Milliseconds that the slowest of twenty queries may take. */
const bars: Readonly<Record<number, number>> = { 1000: 5, 100000: 20 }
const file = new URL('./results/directory.json', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'hanse-bench-directory-'))
const rows: Row[] = []
const faults: string[] = []
try {
  for (const size of [1_000, 100_000]) {
    const made: Market = market({ size, seed: 7 })
    for (const kind of ['memory', 'sqlite'] as const) {
      const row = measure({ kind, market: made, queries: asked({ count: 600, seed: 11 }), path: join(folder, `${size}.sqlite`) })
      rows.push(row)
      const bar = bars[size] ?? 0
      console.log(
        `${kind.padEnd(7)} ${String(size).padStart(7)} agents  p50 ${row.p50Ms} ms  p95 ${row.p95Ms} ms  p99 ${row.p99Ms} ms  bar ${bar} ms  ` +
          `load ${row.loadMs} ms  dead shown ${row.deadShown}`,
      )
      if (row.p95Ms > bar) faults.push(`p95 over ${size} agents in ${kind} is ${row.p95Ms} ms, the bar is ${bar} ms`)
      if (row.deadShown > 0) faults.push(`${row.deadShown} dead agents were shown as live over ${size} agents in ${kind}`)
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const isCheck = process.argv.includes('--check')
if (!isCheck) writeFileSync(file, `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`)
for (const fault of faults) console.error(fault)
if (isCheck) recordCounts({ runner: 'directory', passed: rows.length - faults.length, failed: faults.length, skipped: 0 })
if (faults.length > 0) process.exitCode = 1
