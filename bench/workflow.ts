/**
 * The workflow of examples/workflow, twice: with work that takes no time and nobody dead, and with work, two agents killed and one chain stopped. The
 * second may take at most 1.10 x the first and the longest chain of work together. Writes bench/results/workflow.json.
 *
 * Run: npm run bench:workflow [-- --pace 4000]. Milliseconds that each text takes. By the clock, which wants a quiet machine; another pace writes nothing.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startWorld } from '@hanse/devnet'
import { play } from '../examples/workflow/play.ts'
import { machine } from './machine.ts'

const { values } = parseArgs({ options: { pace: { type: 'string', default: '4000' } } })
const [paceMs, agents, stopSeconds] = [Number(values.pace), 6, 6]
const mostRatio = 1.1

const chains = [1001, 1002, 1003].map((chainId) => ({ chainId, blockTime: 0.5, finality: { kind: 'depth', depth: 2 } as const }))
const world = await startWorld({ chains, users: 2 * (agents + 2) })
try {
  const common = { world, agents, folder: 'docs', print: console.log }
  const calm = await play({ ...common, name: 'calm', firstUser: 0, paceMs: 0, kills: 0, stopSeconds: 0 })
  const storm = await play({ ...common, name: 'storm', firstUser: agents + 2, paceMs, kills: 2, stopSeconds })
  const ratio = Number((storm.makespanMs / (calm.makespanMs + storm.longestWorkMs)).toFixed(3))
  const { result: _, ...told } = storm
  const found = {
    ...{ ratio, bar: mostRatio, steps: storm.steps, receipts: storm.receipts, paceMs, agents, killed: storm.killed.length, stopSeconds },
    ...{ calmMs: calm.makespanMs, longestWorkMs: storm.longestWorkMs, stormMs: storm.makespanMs, storm: told, machine: machine() },
  }
  console.log(JSON.stringify(found, undefined, 2))
  if (values.pace === '4000') writeFileSync(new URL('./results/workflow.json', import.meta.url), `${JSON.stringify(found, undefined, 2)}\n`)
  const isWhole = [calm, storm].every(({ state, receipts, steps }) => state === 'succeeded' && receipts === steps)
  process.exitCode = isWhole && ratio <= mostRatio ? 0 : 1
} finally {
  await world.stop()
}
