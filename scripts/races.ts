// `npm run races`: what may happen to a task over two chains, in every order, on the real bytecode. Two orders after which all is the same are one.
// Eight happenings, as continuous integration runs them; with --full all twelve, written to bench/results/races.json.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordCounts } from './run/counts.ts'
import { root } from './run/lanes.ts'

const isFull = process.argv.includes('--full')
/** Orders under which a run shows too little. */
const leastOrders = 20_000
const happenings = isFull ? 12 : 8
const file = 'test/contracts/tasks/RaceGrid.t.sol'

const began = performance.now()
const { status, stdout, stderr } = spawnSync('hardhat', ['test', 'solidity', file], {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, HANSE_RACES: String(happenings), HANSE_TEST_COUNTS: '' },
  maxBuffer: 2 ** 28,
})
const seconds = Math.round((performance.now() - began) / 1000)
const line = /races: (\d+) happenings, (\d+) orders, (\d+) states, (\d+) steps, (\d+) distinct ends/.exec(stdout)
const [, count = 0, orders = 0, states = 0, steps = 0, ends = 0] = (line ?? []).map(Number)
const isGood = status === 0 && count === happenings && orders >= leastOrders
if (isGood) console.log(`${count} happenings in ${orders} orders: ${states} states, ${steps} steps, ${ends} distinct ends, ${seconds} s`)
else
  console.error(`${stdout}\n${stderr}\n${line === null ? 'the races did not end' : `${orders} orders, expected at least ${leastOrders}`}`)
if (isGood && isFull) {
  const result = { happenings: count, orders, states, steps, ends, seconds }
  writeFileSync(join(root, 'bench/results/races.json'), `${JSON.stringify(result, undefined, 2)}\n`)
}
recordCounts({ runner: 'races', passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 })
if (!isGood) process.exitCode = 1
