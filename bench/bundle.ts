/**
 * Bundles the client with one verb at a time, as esbuild makes it for browsers, and writes what that adds to viem's own to
 * bench/results/bundle.json.
 *
 * Run: npm run bench:bundle [-- --check]. With `--check` nothing is written: it fails when a verb adds more than the budget.
 */
import { writeFileSync } from 'node:fs'
import * as sdk from '@hanse/sdk'
import { recordCounts } from '../scripts/run/counts.ts'
import { sizeOf } from './bundle/bundleOf.ts'

const file = new URL('./results/bundle.json', import.meta.url)
/** Bytes after gzip that the client and one verb may add to viem's own. */
const budget = 5_000

const nouns = ['gateway', 'task', 'agent', 'charter', 'agreement', 'cell', 'topic'] as const
const isWrite = (value: unknown) => typeof value === 'function' && 'extractEvent' in value && 'preview' in value
const isRead = (name: string) => /^(get[A-Z]\w*|read(Many)?)$/.test(name)

/** Every write and read, by noun. */
const verbs = nouns.flatMap((noun) =>
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: all of them are wanted
  Object.entries(sdk[noun]).flatMap(([name, value]) => (isWrite(value) || isRead(name) ? [{ noun, name }] : [])),
)

const rows = []
for (const { noun, name } of verbs) {
  const program = `export { createClient } from '@hanse/sdk'\nexport { ${name} } from '@hanse/sdk/${noun}'`
  rows.push(await sizeOf(`${noun}.${name}`, program))
}
rows.sort((a, b) => b.added - a.added)
for (const { name, total, viem, added, later } of rows)
  console.log(`${name.padEnd(32)} ${String(added).padStart(7)} added to ${viem} of viem (${total} in all), ${later} with the first refusal`)

const over = rows.filter(({ added }) => added > budget)
const most = rows[0]?.added ?? 0
const median = rows[Math.floor(rows.length / 2)]?.added ?? 0
const isCheck = process.argv.includes('--check')
if (!isCheck)
  writeFileSync(file, `${JSON.stringify({ budget, verbs: rows.length, over: over.length, most, median, rows }, undefined, 2)}\n`)
console.log(`${rows.length} verbs: ${median} bytes in the middle, ${most} at most, ${over.length} over ${budget}.`)
recordCounts({ runner: 'bundle', passed: rows.length - over.length, failed: over.length, skipped: 0 })
if (over.length > 0) process.exitCode = 1
