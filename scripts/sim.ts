// `npm run sim -- --scenarios N --seed S`: plays N worlds of chains and watchers, each from a seed of its own, with everything going wrong that
// can; `--replay SEED` plays one and tells each step; `--plants` plants bugs, which it has to find; `--minutes M` begins no scenario later than
// that; `--record` writes bench/results/sim.json. scripts/simulation/README.md says more.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { commitOf } from './run/commit.ts'
import { recordCounts } from './run/counts.ts'
import { root } from './run/lanes.ts'
import { table } from './run/table.ts'
import { type Outcome, playMany } from './simulation/crowd.ts'
import { plant as plantBug, plants } from './simulation/plants.ts'

const resultsFile = 'bench/results/sim.json'

const { values } = parseArgs({
  options: {
    scenarios: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    replay: { type: 'string' },
    plants: { type: 'boolean', default: false },
    plant: { type: 'string' },
    threads: { type: 'string' },
    record: { type: 'boolean', default: false },
    minutes: { type: 'string' },
  },
})
const threads = values.threads === undefined ? undefined : Number(values.threads)
const first = Number(values.seed)
let passed = 0
const faults: string[] = []

if (values.replay !== undefined) await replay(Number(values.replay))
else {
  const outcome = await sail(Number(values.scenarios))
  const found = values.plants && faults.length === 0 ? await seekAll() : []
  if (values.record && faults.length === 0) write(outcome, found)
}
if (passed === 0 && faults.length === 0) faults.push('nothing ran')
for (const fault of faults) console.error(fault)
recordCounts({ runner: 'sim', passed, failed: faults.length, skipped: 0 })
process.exitCode = faults.length === 0 ? 0 : 1

/** Plays one seed twice, once told and once to see that it is the same again. */
async function replay(seed: number): Promise<void> {
  if (values.plant !== undefined) plantBug(values.plant)
  const { play } = await import('./simulation/world.ts')
  const told = await play({ seed, print: console.log })
  const again = await play({ seed })
  console.log(`trace ${told.trace}, ${told.steps} steps, ${told.virtualMs / 1000} s of the world's time`)
  if (told.trace !== again.trace) faults.push(`seed ${seed} is not the same twice: ${told.trace}, ${again.trace}`)
  for (const { rule, detail, at } of told.violations) faults.push(`${rule}: ${detail} (at ${at / 1000} s)`)
  passed++
}

async function sail(count: number): Promise<Outcome> {
  const outcome = await playMany({
    first,
    count,
    threads,
    plant: values.plant,
    minutes: values.minutes === undefined ? undefined : Number(values.minutes),
  })
  const { reports, failures, seconds } = outcome
  passed += reports.length - failures.length
  const rate = seconds === 0 ? 0 : reports.length / seconds
  console.log(`${reports.length} scenarios in ${seconds.toFixed(1)} s (${rate.toFixed(1)}/s), ${failures.length} failed`)
  console.log(table([['', 'number'], ...Object.entries(totals(outcome))]))
  console.log(`\n${table([['trouble', 'struck'], ...Object.entries(struckIn(outcome)).sort(([, a], [, b]) => b - a)])}\n`)
  const [smallest] = failures
  if (smallest !== undefined) {
    const { seed, rule, detail } = smallest
    faults.push(`seed ${seed} fails: ${rule}: ${detail}\n  see each step: npm run sim -- --replay ${seed}`)
  }
  return outcome
}

function totals({ reports }: Outcome): Record<string, number> {
  const sum = (read: (report: Outcome['reports'][number]) => number) => reports.reduce((total, report) => total + read(report), 0)
  return {
    messages: sum(({ messages }) => messages),
    executions: sum(({ counts }) => counts.executions),
    signatures: sum(({ counts }) => counts.signatures),
    blocks: sum(({ counts }) => counts.blocks),
    reorganisations: sum(({ counts }) => counts.reorgs),
    'starts of watchers': sum(({ counts }) => counts.starts),
    'chains halted': sum(({ counts }) => counts.halts),
    steps: sum(({ steps }) => steps),
    'hours of the worlds': Math.round(sum(({ virtualMs }) => virtualMs) / 3_600_000),
    'CPU ms a scenario': Math.round(sum(({ cpuMs }) => cpuMs) / Math.max(1, reports.length)),
  }
}

function struckIn({ reports }: Outcome): Record<string, number> {
  const all: Record<string, number> = {}
  for (const { struck } of reports) for (const [name, count] of Object.entries(struck)) all[name] = (all[name] ?? 0) + count
  return all
}

type Found = { bug: string; seed: number; rule: string; detail: string; scenarios: number }

/** Plants each bug. Not finding it is a fault. */
async function seekAll(): Promise<readonly Found[]> {
  const found: Found[] = []
  const most = 2_000
  for (const { name } of plants) {
    const { reports, failures } = await playMany({ first: 1, count: most, threads, plant: name })
    const [failure] = failures
    // A program that ends has found nothing.
    if (failure === undefined || failure.rule === 'error') faults.push(`not found in ${most} scenarios: ${name} ${failure?.detail ?? ''}`)
    else found.push({ bug: name, seed: failure.seed, rule: failure.rule, detail: failure.detail, scenarios: reports.length })
    const isFound = failure !== undefined && failure.rule !== 'error'
    console.log(`${isFound ? 'found ' : 'MISSED'} ${name}${isFound ? `: seed ${failure.seed}, ${failure.rule}` : ''}`)
    passed++
  }
  console.log(
    `\n${table([['bug', 'smallest seed', 'rule', 'what was seen'], ...found.map(({ bug, seed, rule, detail }) => [bug, seed, rule, detail])])}`,
  )
  return found
}

function write(outcome: Outcome, found: readonly Found[]): void {
  const commit = commitOf()
  const { reports, seconds } = outcome
  const result = {
    commit,
    scenarios: reports.length,
    firstSeed: first,
    seconds: Math.round(seconds),
    violations: { loss: 0, phantom: 0, doubleExecution: 0, doubleSignature: 0 },
    totals: totals(outcome),
    struck: struckIn(outcome),
    planted: found,
  }
  writeFileSync(join(root, resultsFile), `${JSON.stringify(result, undefined, 2)}\n`)
}
