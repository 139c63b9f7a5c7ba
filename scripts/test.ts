// `npm test`: the tests that every change must pass, on two lanes, one for each kind of test. Never more than five minutes.
import { join } from 'node:path'
import { countsVariable, faultsOf, readCounts } from './run/counts.ts'
import { type Lane, runLanes } from './run/lanes.ts'
import { table } from './run/table.ts'
import { temporaryDirectory } from './run/temporary.ts'

const limitSeconds = 300
const runners = ['solidity', 'mocha', 'vitest']

const directory = temporaryDirectory('test')
const file = process.env[countsVariable] ?? join(directory, 'counts')
const before = readCounts(file).length
const env = { [countsVariable]: file }

const lanes: Lane[] = [
  { name: 'contracts', command: ['hardhat', 'test'], env },
  { name: 'packages', command: ['vitest', 'run', '--project', 'unit'], env },
]

const results = await runLanes({ lanes, limitSeconds })
const recorded = readCounts(file).slice(before)

const faults = [
  ...faultsOf({ recorded, expected: runners }),
  ...results.filter((lane) => lane.exitCode !== 0).map((lane) => `${lane.name}: exit code ${lane.exitCode}`),
]

console.log(`\n${table([['lane', 'seconds'], ...results.map((lane) => [lane.name, lane.seconds])])}\n`)
console.log(
  table([
    ['runner', 'passed', 'failed', 'skipped'],
    ...recorded.map(({ runner, passed, failed, skipped }) => [runner, passed, failed, skipped]),
  ]),
)
console.log(faults.length === 0 ? '\nAll tests passed.' : `\nNot passed: ${faults.join('; ')}.`)
process.exitCode = faults.length === 0 ? 0 : 1
