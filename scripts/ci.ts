// What `.ci/run` does once everything is installed: the README's test command, the checks, the heavy tests, one after the other because each
// uses both cores by itself; then a table of what each step took against its budget, and the verdict on the last line.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { countsVariable, readCounts } from './run/counts.ts'
import { type Lane, type LaneResult, root, runLanes } from './run/lanes.ts'
import { table } from './run/table.ts'
import { temporaryDirectory } from './run/temporary.ts'

const limitSeconds = 25 * 60

/** Tells a verdict, printed here, from a crash, after which `.ci/run` prints one. */
const exitCodeOfFailure = 3

/** Seconds by step, from the table in docs/testing.md that begins with `| step | budget s |`. */
function readBudgets(): Map<string, number> {
  const text = readFileSync(join(root, 'docs', 'testing.md'), 'utf8')
  const rows = text.split(/^\| step \| budget s \|.*\n/m)[1]?.split(/\n(?!\|)/)[0] ?? ''
  return new Map([...rows.matchAll(/^\| `?([^|`]+?)`? \| (\d+) \|/gm)].map(([, step = '', seconds]) => [step, Number(seconds)]))
}

/** The command that the README tells a newcomer to test with, without the installation that comes before it. */
function readTestCommand(): string {
  const [, command] = /^ {4}npm ci && (npm test)\b/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  return command ?? 'echo "README.md names no test command: a line of `npm ci && npm test`" && false'
}

const step = (name: string, command: string, file: string): Lane => ({
  name,
  command: ['sh', '-c', command],
  env: { PATH: process.env.PATH ?? '', [countsVariable]: file },
})

/** Runs the steps; resolves with their results and the counts that each recorded. */
async function runSteps(directory: string, elapsed: () => number): Promise<{ result: LaneResult; passed: number; failed: number }[]> {
  const command = readTestCommand()
  const groups = [[command], ['npm run check'], ['npm run test:heavy']]
  const done: { result: LaneResult; passed: number; failed: number }[] = []
  for (const [index, group] of groups.entries()) {
    const fileOf = (place: number) => join(directory, `${index}-${place}`)
    const lanes = group.map((line, place) => step(line, line, fileOf(place)))
    const results = await runLanes({ lanes, limitSeconds: Math.max(1, limitSeconds - elapsed()) })
    for (const [place, result] of results.entries()) {
      const counts = readCounts(fileOf(place))
      const sum = (kind: 'passed' | 'failed') => counts.reduce((total, count) => total + count[kind], 0)
      // A step that failed without a failed test, such as a check or a runner that ran nothing, counts as one.
      done.push({ result, passed: sum('passed'), failed: result.exitCode === 0 ? sum('failed') : Math.max(1, sum('failed')) })
    }
  }
  return done
}

async function main(): Promise<void> {
  const [packagesSeconds = 0, installSeconds = 0] = process.argv.slice(2).map(Number)
  const began = performance.now()
  const elapsed = () => packagesSeconds + installSeconds + (performance.now() - began) / 1000
  const directory = temporaryDirectory('ci')
  const steps = await runSteps(directory, elapsed)

  const budgets = readBudgets()
  const total = elapsed()
  const row = (name: string, seconds: number, verdict: string) => {
    const budget = budgets.get(name)
    return [name, Math.round(seconds), budget ?? 0, budget !== undefined && seconds <= budget ? verdict : `${verdict}, over budget`]
  }
  const rows = [
    row('packages', packagesSeconds, 'good'),
    row('npm ci', installSeconds, 'good'),
    ...steps.map(({ result, failed }) => row(result.name, result.seconds, failed === 0 ? 'good' : 'BAD')),
    row('all', total, total <= limitSeconds ? 'good' : 'BAD'),
  ]
  console.log(`\n${table([['step', 'seconds', 'budget', ''], ...rows])}\n`)

  const passed = steps.reduce((sum, { passed }) => sum + passed, 0)
  const failed = steps.reduce((sum, { failed }) => sum + failed, 0) + (total > limitSeconds ? 1 : 0) + (passed === 0 ? 1 : 0)
  process.exitCode = failed === 0 ? 0 : exitCodeOfFailure
  console.log(`${passed} passed, ${failed} failed`)
}

await main()
