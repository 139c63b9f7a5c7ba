// Twelve steps over three chains make one report of a folder of texts. Two agents are killed and a chain stands still; nobody lends a hand.
import { parseArgs } from 'node:util'
import { startWorld } from '@hanse/devnet'
import { type Played, play } from './workflow/play.ts'

const options = {
  folder: { type: 'string', default: 'docs' },
  pace: { type: 'string', default: '4000' },
  agents: { type: 'string', default: '6' },
} as const
const { values } = parseArgs({ options })
const [agents, paceMs] = [Number(values.agents), Number(values.pace)]
const chains = [1001, 1002, 1003].map((chainId) => ({ chainId, blockTime: 0.5, finality: { kind: 'depth', depth: 2 } as const }))
const world = await startWorld({ chains, users: 2 * (agents + 2) })
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
const tell = (title: string, { state, steps, makespanMs, longestWorkMs, receipts, assignments }: Played) =>
  console.log(
    `${title}: ${state} after ${seconds(makespanMs)}, of which the longest chain of work takes ${seconds(longestWorkMs)};`,
    `${receipts} of ${steps} receipts, ${assignments} assignments\n`,
  )
try {
  const common = { world, agents, folder: values.folder, print: console.log }
  // What the chains, the verdicts and the polling take, with work that takes no time, and nobody dead.
  const calm = await play({ ...common, name: 'calm', firstUser: 0, paceMs: 0, kills: 0, stopSeconds: 0 })
  tell('without work', calm)
  const storm = await play({ ...common, name: 'storm', firstUser: agents + 2, paceMs, kills: 2, stopSeconds: 6 })
  tell('with work, two agents killed, a chain stopped', storm)
  const least = calm.makespanMs + storm.longestWorkMs
  console.log(storm.result.split('\n').slice(0, 8).join('\n'))
  console.log(`\n${seconds(storm.makespanMs)} are ${(storm.makespanMs / least).toFixed(3)} x the ${seconds(least)} of both.`)
  process.exitCode = storm.state === 'succeeded' && storm.receipts === storm.steps ? 0 : 1
} finally {
  await world.stop()
}
