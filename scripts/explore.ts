// `npm run explore`: tries every action in every state that any order of actions leads to, on the contracts' bytecode, and holds each step
// against the table of states, the books and a model; then plants bugs, which it has to find. docs/testing.md says what it shows.
// A size that fits continuous integration; with --full all of it, written to bench/results/exploration.json.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOf as payoffFaultsOf } from '../bench/payoffs/judge.ts'
import { resultsOn } from '../bench/payoffs/results.ts'
import { type ConfigurationName, configurations } from './exploration/configurations.ts'
import { copyProject, type Explored, type Extent, explore, plantIn } from './exploration/copy.ts'
import { documentedErrors, faultsOf, forbidden, modelOf, readFailure, untaken } from './exploration/judge.ts'
import { type Plant, plants } from './exploration/plants.ts'
import type { Recording } from './exploration/recording.ts'
import { commitOf } from './run/commit.ts'
import { recordCounts } from './run/counts.ts'
import { root } from './run/lanes.ts'
import { table } from './run/table.ts'

const isFull = process.argv.includes('--full')
const resultsFile = 'bench/results/exploration.json'
/** Bugs of a run without --full. */
const sample = 1

const without = (configuration: ConfigurationName, tasks = 1, bits = 13): Extent => ({ configuration, tasks, depth: 0, bits })
const upTo = (depth: number, configuration: ConfigurationName, tasks = 1, bits = 13): Extent => ({ configuration, tasks, depth, bits })
const single = Object.keys(configurations).filter((name): name is ConfigurationName => name !== 'family')

const small: Extent[] = [
  ...single.filter((name) => name !== 'dispute').map((name) => without(name)),
  without('family', 2),
  upTo(2, 'dispute'),
  upTo(3, 'family', 3),
]
const whole: Extent[] = [
  ...single.map((name) => without(name)),
  without('family', 2),
  without('family', 3, 15),
  ...single.map((name) => upTo(name === 'dispute' ? 3 : 4, name, 1, 16)),
  upTo(5, 'family', 3, 17),
]

type Run = { extent: Extent; recording: Recording }
const copy = copyProject()
const faults: string[] = []
const runs: Run[] = []
const results: Record<string, string | number>[] = []
const errors = documentedErrors()

for (const extent of isFull ? whole : small) {
  const explored = await explore(copy, extent)
  const found = judge(extent, explored)
  faults.push(...found.slice(0, 5).map((fault) => `${extent.configuration}: ${fault}`))
  if (found.length > 5) faults.push(`${extent.configuration}: ${found.length - 5} more`)
  if (explored.recording) keep(extent, explored.recording, explored.seconds)
}
console.log(`${table([Object.keys(results[0] ?? {}), ...results.map((row) => Object.values(row))])}\n`)

const recordings = runs.map(({ extent, recording }) => ({ recording, tasks: extent.tasks }))
const { pairs, untried } = forbidden(recordings)
faults.push(...untaken(recordings).map((step) => `never taken: ${step}`), ...untried.map((pair) => `never tried: ${pair}`))
console.log(
  `${pairs.length - untried.length} of ${pairs.length} forbidden pairs of function and state were tried and refused with TaskWrongState`,
)

const payoffs = await resultsOn(copy)
faults.push(...payoffFaultsOf(payoffs).map((fault) => `payoffs: ${fault}`))
console.log(`${payoffs.length} games of simple strategies were played for the payoff table`)

const sick = copyProject({ isOptimized: false })
const planted: { bug: string; configuration: string; found: string }[] = []
for (const plant of faults.length > 0 ? [] : isFull ? plants : plants.slice(0, sample)) await seek(plant)
if (isFull && faults.length === 0) write()
for (const fault of faults) console.error(fault)
console.log(faults.length === 0 ? 'Explored: all as it should be.' : `Not as it should be: ${faults.length} faults.`)
const failed = Math.max(faults.length, runs.length === 0 ? 1 : 0)
recordCounts({ runner: 'explore', passed: runs.length + payoffs.length + planted.length, failed, skipped: 0 })
process.exitCode = failed === 0 ? 0 : 1

function judge(extent: Extent, { recording, failure }: Explored): string[] {
  if (recording) return faultsOf({ ...extent, recording, errors })
  return [readFailure(failure) ?? `it did not run: ${failure.slice(-600)}`]
}

function keep(extent: Extent, recording: Recording, seconds: number): void {
  runs.push({ extent, recording })
  results.push({
    configuration: extent.configuration,
    tasks: extent.tasks,
    'most actions': extent.depth === 0 ? 'any' : extent.depth,
    states: recording.nodes,
    steps: recording.edges.length,
    attempts: recording.attempts,
    deepest: recording.deepest,
    'states of the model': modelOf(extent.configuration, extent.tasks).states.size,
    seconds,
  })
}

/** Plants a bug. Not finding it is a fault, and so is not being able to run. */
async function seek(plant: Plant): Promise<void> {
  const unplant = plantIn(sick, plant)
  const extent = without(plant.configuration, Math.min(2, configurations[plant.configuration].length))
  const explored = await explore(sick, extent)
  unplant()
  const [found] = explored.recording ? judge(extent, explored) : [readFailure(explored.failure)]
  console.log(
    `${found === undefined ? 'MISSED' : 'found '} ${plant.bug} (${explored.seconds} s)\n       ${found ?? explored.failure?.slice(-600) ?? ''}`,
  )
  if (found === undefined) faults.push(`not found: ${plant.bug}`)
  else planted.push({ bug: plant.bug, configuration: plant.configuration, found })
}

function write(): void {
  const commit = commitOf()
  const result = { commit, runs: results, forbidden: { tried: pairs.length, pairs }, planted }
  writeFileSync(join(root, resultsFile), `${JSON.stringify(result, undefined, 2)}\n`)
}
