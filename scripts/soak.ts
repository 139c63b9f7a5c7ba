// `npm run soak`: many remote tasks over three chains while watchers are killed and restarted and one chain stands still for a minute. Exit code
// 0 only when every task settled, none was done twice, every message ran, and every wei of every account is accounted for. A good run of a thousand
// tasks is kept in bench/results/soak.json.
import { writeFileSync } from 'node:fs'
import { accountIndex, chainsOf, devAccount, startWorld, stopOnEnd, type World } from '@hanse/devnet'
import { createClient, why } from '@hanse/sdk'
import { machine } from '../bench/machine.ts'
import { messageOf } from '../sdk/src/errors/base.ts'
import { recordCounts } from './run/counts.ts'
import { type Crowd, startCrowd } from './soak/crowd.ts'
import { type Strikes, strike } from './soak/faults.ts'
import { type Size, sizeOf, usage } from './soak/size.ts'
import { closeBooks } from './witness/books.ts'
import { judge, type Outcome } from './witness/judge.ts'
import { look, messagesOf, type ObservedChain, observe } from './witness/observe.ts'
import { countStates, tallyTasks } from './witness/tally.ts'

/** Three chains with different rules; tasks live on the first. */
const rules = [
  { chainId: 1001, blockTime: 0.5, finality: { kind: 'depth', depth: 2 }, gasLimit: 60_000_000 },
  { chainId: 1002, blockTime: 0.5, finality: { kind: 'depth', depth: 3 }, gasLimit: 60_000_000 },
  { chainId: 1003, blockTime: 1, finality: { kind: 'finalized' }, slotsInEpoch: 1, gasLimit: 60_000_000 },
] as const

const began = performance.now()
const seconds = () => (performance.now() - began) / 1_000
const say = (line: string) => process.stderr.write(`${seconds().toFixed(0).padStart(4)} s${line}\n`)

/** Runs of so many tasks are kept. */
const whole = 1_000
const place = new URL('../bench/results/soak.json', import.meta.url)

type Scene = { readonly size: Size; readonly world: World; readonly chains: readonly ObservedChain[]; readonly crowd: Crowd }

/** Looks at the chains until every task is over and every message ran, or time is. A chain that stands still is looked at later. */
async function watchToTheEnd({ size, chains, crowd }: Scene, failure: () => unknown): Promise<void> {
  for (let turn = 0; seconds() < size.limit; turn++) {
    const problem = failure()
    if (problem !== undefined) throw problem
    const over = [...crowd.board.tasks.values()].filter(({ isOver }) => isOver).length
    if (turn % 10 === 0) say(`  ${crowd.board.tasks.size} posted, ${over} over`)
    if (over >= size.tasks && (await Promise.all(chains.map(isSeen))).every(Boolean)) {
      if (messagesOf(chains).every(({ executedIn }) => executedIn)) return
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

const isSeen = (chain: ObservedChain): Promise<boolean> =>
  look(chain).then(
    () => true,
    (error: unknown) => {
      say(`  ? chain ${chain.chainId} cannot be seen: ${messageOf(error).split('\n')[0]}`)
      return false
    },
  )

/** Of tasks that did not settle, why. */
async function stuck({ world, crowd }: Scene): Promise<readonly string[]> {
  const client = createClient({ chains: chainsOf(world.info) })
  const open = [...crowd.board.tasks.values()].filter(({ isOver }) => !isOver).slice(0, 5)
  const answers = open.map(({ taskId }) => why.whyTask(client, { chainId: rules[0].chainId, taskId }))
  return (await Promise.all(answers)).map(({ code, nextAction }, index) => `${open[index]?.taskId}: ${code}. ${nextAction}`)
}

/** Of messages that did not run, why. */
async function lost({ world, chains }: Scene): Promise<readonly string[]> {
  const client = createClient({ chains: chainsOf(world.info) })
  const attestationUrls = world.info.watchers.map(({ url }) => url)
  const pending = messagesOf(chains)
    .filter(({ executedIn }) => executedIn === undefined)
    .slice(0, 5)
  const answers = pending.map(({ origin: { chainId }, sendId }) => why.whyMessage(client, { chainId, sendId, attestationUrls }))
  return (await Promise.all(answers)).map(({ code, nextAction, evidence }, index) => {
    const { origin, destinationChainId, sendId } = pending[index] ?? {}
    return `${sendId} from ${origin?.chainId} to ${destinationChainId}: ${code}. ${nextAction} ${JSON.stringify(evidence)}`
  })
}

type Fates = { readonly strikes: Strikes; readonly fromBlocks: ReadonlyMap<number, bigint> }

async function sum(scene: Scene, { strikes, fromBlocks }: Fates) {
  const { size, world, chains, crowd } = scene
  const [home] = chains
  if (home === undefined) throw new TypeError('the world has no chains')
  await Promise.all(chains.map(look))
  const stories = tallyTasks(home, chains)
  const deliverers = world.info.watchers.map((_, index) => devAccount(accountIndex.deliverer + index).address)
  const books = await closeBooks({
    ...{ home, chains, token: world.info.token, accounts: [...crowd.accounts, ...deliverers], fromBlocks, stories },
  })
  const outcome: Outcome = judge({
    ...{ chains, stories, books, gas: [], expectedTasks: size.tasks, lies: 0, doubleWork: crowd.doubleWork(), killed: strikes.killed },
    ...{ reorgs: 0, seconds: seconds(), nameOfSpec: (hash) => hash },
  })
  const { killed, stoppedSeconds, stoppedChain } = strikes
  const faults = [
    ...outcome.faults,
    ...(outcome.lapses === 0 ? [] : [`${outcome.lapses} assignments lapsed, though nobody was late`]),
    // A run shows something only if all of this struck.
    ...(killed.length > 1 ? [] : ['fewer than two watchers were killed']),
    ...(stoppedSeconds >= size.stop ? [] : [`chain ${stoppedChain ?? 'B'} stood still for ${stoppedSeconds} s of ${size.stop}`]),
    ...(outcome.settled === size.tasks ? [] : await stuck(scene)),
    ...(outcome.executed === outcome.messages ? [] : await lost(scene)),
  ]
  const { tasks, settled, duplicates, messages, executed, batches, reconciled, beyondFinalityMs } = outcome
  return {
    ...{ ok: faults.length === 0, tasks, settled, duplicates, messages, executed, batches, reconciled, seconds: outcome.seconds },
    ...{ beyondFinalityMs, watchersKilled: killed.length, stoppedSeconds, states: countStates(stories) },
    /** Errors that agents met and went on from. */
    troubles: Object.fromEntries(crowd.troubles),
    faults,
  }
}

async function run(size: Size): Promise<boolean> {
  const users = size.requesters + size.evaluators + 2 * size.workersOnEach + 1
  const world = await startWorld({ chains: rules, watchers: 3, quorum: 2, users })
  stopOnEnd({ stop: () => world.stop() })
  const end = new AbortController()
  try {
    let problem: unknown
    const chains = world.info.chains.map((chain) => observe(chain))
    await Promise.all(chains.map(look))
    const fromBlocks = new Map(chains.map(({ chainId, head }) => [chainId, head]))
    const crowd = await startCrowd({ world, size, signal: end.signal, onError: (error) => (problem ??= error) })
    say(`  ${crowd.accounts.length} accounts are ready`)
    const settled = () => [...crowd.board.tasks.values()].filter(({ isOver }) => isOver).length
    const faults = new AbortController()
    const { strikes, done } = strike({ world, size, say, signal: faults.signal, settled })
    const scene = { size, world, chains, crowd }
    await watchToTheEnd(scene, () => problem)
    faults.abort()
    await done
    const outcome = await sum(scene, { strikes, fromBlocks })
    if (size.tasks >= whole && outcome.ok)
      writeFileSync(place, `${JSON.stringify({ bar: { limitSeconds: 720 }, ...outcome, machine: machine() }, undefined, 2)}\n`)
    process.stdout.write(`${JSON.stringify(outcome, undefined, size.json ? 0 : 2)}\n`)
    recordCounts({ runner: 'soak', passed: outcome.settled, failed: outcome.faults.length, skipped: 0 })
    return outcome.ok
  } finally {
    end.abort()
    await world.stop()
  }
}

const size = sizeOf(process.argv.slice(2))
if (size === 'help') process.stdout.write(`${usage}\n`)
else process.exit((await run(size)) ? 0 : 1)
