import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../../../bench/results/board.json', import.meta.url)

/** Prints a result, and in the full size keeps it under bench/results. */
export function recordBoard(name: string, result: Readonly<Record<string, unknown>>): void {
  console.log(`${name} ${JSON.stringify(result)}`)
  if (process.env.HANSE_FULL !== '1') return
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const known: Record<string, unknown> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  writeFileSync(file, `${JSON.stringify({ ...known, [name]: { commit, ...result } }, undefined, 2)}\n`)
}
