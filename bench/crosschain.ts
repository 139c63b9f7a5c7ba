/**
 * A whole task from another chain against the same task at home, on chains with different rules and through three watchers of which two must
 * sign: gas of every step and time of every message, from `task.trace`. Writes bench/results/crosschain.json.
 *
 * Run: npm run bench:crosschain [-- --rounds 10 --together 10]. Gas is what one task costs in steady state; a delivery that brings several
 * messages is shared out. Times are by the wall clock of this process, which sees each block within some milliseconds.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startWorld } from '@hanse/devnet'
import type { task } from '@hanse/sdk'
import { createPublicClient, http } from 'viem'
import { gasOfTask, gasRows, type Sight, timesOf, wholeMs } from './crosschain/figures.ts'
import { play, prepare } from './crosschain/play.ts'
import { machine } from './machine.ts'
import { watchBlocks } from './relay/blocks.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' }, together: { type: 'string', default: '10' } } })
const [rounds, together] = [Number(values.rounds), Number(values.together)]
const rules = [
  { chainId: 1001, blockTime: 0.5, finality: { kind: 'depth', depth: 2 } },
  { chainId: 1002, blockTime: 1, finality: { kind: 'depth', depth: 3 } },
] as const
const [home, away] = [rules[0].chainId, rules[1].chainId]

const world = await startWorld({ chains: rules, watchers: 3, quorum: 2, users: 3 })
const eyes = new Map(
  world.info.chains.map(({ chainId, rpcUrls, deployment }) => [
    chainId,
    watchBlocks({ client: createPublicClient({ transport: http(rpcUrls[0]) }), deployment }),
  ]),
)
const sight: Sight = (chainId, blockNumber) => eyes.get(chainId)?.seenAt(Number(blockNumber)) ?? Number.NaN

/** The first ones fill storage that is empty only once. */
async function measure(chainId: number, count: number) {
  const stories: task.TaskTrace[] = []
  for (let round = 0; round <= Math.ceil(rounds / count); round++) {
    const played = await play(stage, { chainId, count })
    if (round > 0) stories.push(...played)
  }
  const [{ all, lanes }, steps] = [timesOf(stories, sight), gasRows(stories)]
  const result = { tasks: stories.length, gas: gasOfTask(stories), claimToWorkMs: wholeMs(stories, sight), steps }
  console.log(`${count} at once from chain ${chainId}: ${result.gas} gas, ${result.claimToWorkMs} ms from claim to work`)
  return chainId === home ? result : { ...result, messages: all, lanes }
}

const stage = await prepare(world, 4 * (rounds + 2 * together))
try {
  const atHome = await measure(home, 1)
  const remote = await measure(away, 1)
  const remoteTogether = await measure(away, together)
  const against = (result: { readonly gas: number; readonly claimToWorkMs: number }) => ({
    gas: result.gas - atHome.gas,
    timesGas: Math.round((100 * result.gas) / atHome.gas) / 100,
    claimToWorkMs: result.claimToWorkMs - atHome.claimToWorkMs,
  })
  const more = { remote: against(remote), remoteTogether: against(remoteTogether) }
  const result = {
    bars: { beyondFinalityP99Ms: 2_000 },
    rules,
    together,
    moreThanAtHome: more,
    atHome,
    remote,
    remoteTogether,
    machine: machine(),
  }
  writeFileSync(new URL('./results/crosschain.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`)
} finally {
  for (const eye of eyes.values()) eye.stop()
  await world.stop()
}
process.exit(0)
