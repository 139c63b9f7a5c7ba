// `npm run chaos -- --rounds N --seed S`: five watchers as processes of their own, over three chains whose providers fail and lie, with
// reorganisations within the finality policy and deaths at any moment; at last one chain breaks its finality. Nothing may be lost, run twice or
// be signed that is not there. Fifty rounds or more are kept in bench/results/chaos.json.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { messageOf } from '@hanse/sdk/errors'
import { machine } from '../bench/machine.ts'
import { reorg, until } from '../test/watcher/support/world.ts'
import { countRuns, noPast, type Past, pastOf, wrongSignatures } from './chaos/judge.ts'
import { killOne, playRound, sendFrom, startWorld, type World } from './chaos/world.ts'
import { commitOf } from './run/commit.ts'
import { recordCounts } from './run/counts.ts'
import { root } from './run/lanes.ts'
import { createRandom } from './simulation/random.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } } })
const [rounds, seed] = [Number(values.rounds), Number(values.seed)]
/** Milliseconds in which a healed world must have done everything. */
const patience = 90_000
/** Runs of so many rounds are kept. */
const whole = 50
/** Blocks that a chain may make while it is asked for its height: the reorganisation must reach the last message all the same. */
const margin = 3
const cleanups: (() => Promise<void> | void)[] = []
const faults: string[] = []
/** What was counted when all was well again the last time, and over all of it. */
const found = { sent: 0, lost: 0, phantoms: 0, twice: 0, signed: 0, wrong: 0 }
let passed = 0

const began = performance.now()
const say = (line: string) => console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`)
// The chains and watchers are processes of their own, and must not outlive this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end().then(() => process.exit(1)))
try {
  const world = await startWorld({ random: createRandom(seed), say, cleanups })
  for (let round = 1; round <= rounds; round++) {
    await playRound(world, round)
    passed++
  }
  await settle(world)
  await judgeSignatures(world, await breakOne(world))
} catch (error) {
  faults.push(`seed ${seed}: ${messageOf(error)}`)
} finally {
  await end()
}
if (passed === 0 && faults.length === 0) faults.push('nothing ran')
if (faults.length === 0 && rounds >= whole) {
  const commit = commitOf()
  const result = { commit, rounds, seed, seconds: Math.round((performance.now() - began) / 1_000), ...found, machine: machine() }
  writeFileSync(join(root, 'bench/results/chaos.json'), `${JSON.stringify(result, undefined, 2)}\n`)
}
for (const fault of faults) console.error(fault)
recordCounts({ runner: 'chaos', passed, failed: faults.length, skipped: 0 })
process.exitCode = faults.length === 0 ? 0 : 1

async function end(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
}

/** Waits until every message of these chains ran, and says what is wrong otherwise. */
async function settle(world: World, { chains, past } = { chains: world.chains, past: noPast }): Promise<void> {
  let counted = await countRuns(world, { chains, past })
  const isDone = async () => {
    counted = await countRuns(world, { chains, past })
    return counted.lost === 0
  }
  await until('everything ran', isDone, patience).catch(() => undefined)
  const { sent, lost, phantoms, twice } = counted
  Object.assign(found, { ...counted, sent: Math.max(found.sent, sent) })
  say(`${sent} messages between ${chains.map(({ chainId }) => chainId).join(', ')}: ${lost} lost, ${phantoms} phantoms, ${twice} ran twice`)
  if (sent === 0 || lost + phantoms + twice > 0) faults.push(`seed ${seed}: ${lost} lost, ${phantoms} phantoms, ${twice} twice of ${sent}`)
}

/** One chain takes back what was final: every watcher stands still there for good, and brings what goes between the others. */
async function breakOne(world: World): Promise<Past> {
  const [broken, ...chains] = world.chains
  if (broken === undefined) return noPast
  // Blocks without anything in them would come back just as they were.
  await sendFrom(world, broken)
  await settle(world)
  const past = await pastOf(world, broken)
  const last = (await broken.client.getLogs({ address: broken.deployment.gateway, fromBlock: 0n })).at(-1)?.blockNumber ?? 0n
  const each = async (what: string, holds: (status: ChainStatus | undefined) => boolean) => {
    for (const [index, { name }] of world.keys.entries())
      await until(`${name} ${what} ${broken.chainId}`, async () => holds(await statusOf(world.watchers[index], broken.chainId)), patience)
  }
  // Who is behind has seen nothing final there that could be taken back; a quorum was enough until here.
  await each(`reads block ${last} of`, (status) => BigInt(status?.final ?? 0) >= last)
  const { number } = await broken.client.getBlock()
  await reorg(broken, Number(number - last) + 1 + margin)
  say(`${broken.chainId} breaks its finality`)
  await each('halts', (status) => status?.halt !== undefined)
  for (const chain of chains) await sendFrom({ ...world, chains }, chain)
  await settle(world, { chains, past })
  passed++
  return past
}

type ChainStatus = { readonly chainId: number; readonly final?: string; readonly halt?: unknown }

/** What a watcher says of a chain. */
async function statusOf(watcher: World['watchers'][number], chainId: number): Promise<ChainStatus | undefined> {
  const status = (await watcher?.get('/ready')) as { readonly chains: readonly ChainStatus[] } | undefined // the watcher's own words
  return status?.chains.find((chain) => chain.chainId === chainId)
}

/** The memory of all signatures, read when nobody writes it any more. */
async function judgeSignatures(world: World, past: Past): Promise<void> {
  await Promise.all(world.keys.map((_, index) => killOne(world, index)))
  const { signed, wrong } = await wrongSignatures(world, past)
  Object.assign(found, { signed, wrong })
  say(`${signed} heads signed, ${wrong} of them wrong or contradicted`)
  if (signed === 0 || wrong > 0) faults.push(`seed ${seed}: ${wrong} of ${signed} signed heads are not there`)
}
