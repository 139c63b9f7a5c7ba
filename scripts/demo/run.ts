import { accountIndex, devAccount, type World } from '@hanse/devnet'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { closeBooks } from '../witness/books.ts'
import { gasOfSteps } from '../witness/gas.ts'
import type { Run } from '../witness/judge.ts'
import { look, messagesOf, type ObservedChain, observe } from '../witness/observe.ts'
import { tallyTasks } from '../witness/tally.ts'
import type { Arguments } from './arguments.ts'
import { type CastMember, type Part, startAgent, untilSettled } from './cast.ts'
import { DemoError } from './errors.ts'
import { type Faults, planFaults } from './faults.ts'
import { healthOf, type WatcherHealth } from './health.ts'
import type { AgentMessage } from './messages.ts'
import type { Progress } from './progress.ts'
import { rules } from './rules.ts'

export type RunParameters = Arguments & {
  files: readonly { name: string; path: string }[]
  world: World
  /** Tells an agent about the world. */
  agentFile: string
  progress: Progress
  seconds: () => number
  signal: AbortSignal
  cleanUp: (() => Promise<void>)[]
}

/** Milliseconds between two looks at the chains. */
const lookEveryMs = 250

const liarName = 'liar'

/** What the demo hears from its agents. */
type Hearing = { names: Map<string, string>; begun: Set<string>; doubleWork: number; complain: (line: string) => void }

/** Plays the demo: starts the agents, watches, breaks things, and returns when every task is over and every message has run. */
export async function perform(parameters: RunParameters): Promise<Run> {
  const { world, progress, seconds, files, victims, liar } = parameters
  const nameOfChain = (chainId: number) => rules.find((rule) => rule.chainId === chainId)?.name
  const chains = world.info.chains.map((chain) => observe(chain, nameOfChain(chain.chainId)))
  const [home, reorged] = chains
  if (!home || !reorged) throw new DemoError('The world has no chains.', 'Report this.')
  const hearing: Hearing = { names: new Map(), begun: new Set(), doubleWork: 0, complain: (line) => progress.say(`  ${line}`) }
  const faults = planFaults({
    victims,
    reorged,
    killWatcher: async () => {
      const victim = world.info.watchers[0]?.name ?? ''
      await world.kill(victim)
      return victim
    },
    reorg: (depth) => world.reorg({ chainId: reorged.chainId, depth }),
    spare: (worker) => worker.name === liarName,
    say: progress.say,
  })
  const cast = await startCast(parameters, hearing, faults)
  await Promise.all(chains.map(look))
  const fromBlocks = new Map(chains.map(({ chainId, head }) => [chainId, head]))
  announce(parameters, cast)
  await watchToTheEnd(parameters, { home, chains, faults, cast })
  await Promise.all(cast.map(({ process: agent }) => agent.stop({ graceMs: 500 })))
  await watchLastMessages(parameters, chains)
  const stories = tallyTasks(home, chains)
  const deliverers = world.info.watchers.map((_, index) => devAccount(accountIndex.deliverer + index).address)
  const accounts = [...cast.map(({ address }) => address), ...deliverers]
  const [books, gas] = await Promise.all([
    closeBooks({ home, chains, token: world.info.token, accounts, fromBlocks, stories }),
    gasOfSteps(chains),
  ])
  return {
    ...{ chains, stories, books, gas, expectedTasks: files.length, lies: liar ? 1 : 0, doubleWork: hearing.doubleWork },
    ...{ killed: faults.killed, reorgs: faults.reorgs, seconds: seconds(), nameOfSpec: (hash) => hearing.names.get(hash) ?? hash },
  }
}

/** The six agents: one posts, one judges, four work, two on each other chain. */
function partsOf({ path, liar }: RunParameters): readonly Part[] {
  const [home, b, c] = rules
  const evaluatorKey = generatePrivateKey()
  const evaluator = privateKeyToAddress(evaluatorKey)
  return [
    { role: 'evaluator', name: 'evaluator', chainId: home.chainId, key: evaluatorKey },
    liar
      ? { role: 'worker', name: liarName, chainId: b.chainId, arguments: ['--liar'] }
      : { role: 'worker', name: 'worker B1', chainId: b.chainId },
    { role: 'worker', name: 'worker B2', chainId: b.chainId },
    { role: 'worker', name: 'worker C1', chainId: c.chainId },
    { role: 'worker', name: 'worker C2', chainId: c.chainId },
    { role: 'requester', name: 'requester', chainId: home.chainId, arguments: [path, evaluator] },
  ]
}

/** Starts the agents at once; where one is to lie, the honest workers after it has, so that they cannot leave it nothing to lie about. */
async function startCast(parameters: RunParameters, hearing: Hearing, faults: Faults): Promise<CastMember[]> {
  const { world, agentFile, progress, cleanUp } = parameters
  const onMessage = (member: CastMember, message: AgentMessage) => hear(hearing, faults, member, message)
  const onComplaint = (line: string) => progress.say(`  ${line}`)
  const cast: CastMember[] = []
  cleanUp.push(async () => {
    await Promise.all(cast.map(({ process: agent }) => agent.stop({ graceMs: 500 })))
  })
  const enter = async (parts: readonly Part[]) => {
    cast.push(...(await Promise.all(parts.map((part) => startAgent({ part, agentFile, onMessage, onComplaint })))))
  }
  const isLate = ({ role, name }: Part) => parameters.liar && role === 'worker' && name !== liarName
  const parts = partsOf(parameters)
  await enter(parts.filter((part) => !isLate(part)))
  const deceiver = cast.find(({ name }) => name === liarName)
  if (deceiver) {
    progress.say('  the liar works alone until it has told its lie')
    await untilSettled(deceiver)
    await enter(parts.filter(isLate))
  }
  progress.say(
    `  ${world
      .pids()
      .map(({ name, pid }) => `${name} pid ${pid}`)
      .join(', ')}`,
  )
  progress.say(`  agents ${cast.map(({ name, process: agent }) => `${name} pid ${agent.pid}`).join(', ')}`)
  await Promise.all(cast.map(({ ready }) => ready))
  return cast
}

function hear(hearing: Hearing, faults: Faults, member: CastMember, message: AgentMessage): void {
  if (message.event === 'posted') hearing.names.set(message.specHash, message.name)
  if (message.event === 'trouble') hearing.complain(`${member.name}: ${message.message}`)
  if (message.event !== 'working') return
  const assignment = `${message.taskId}:${message.token}`
  if (hearing.begun.has(assignment)) hearing.doubleWork += 1
  hearing.begun.add(assignment)
  faults.onWorking(member)
}

function announce({ progress, agentFile }: RunParameters, cast: readonly CastMember[]): void {
  progress.say(
    `  ${cast.length} agents are at work. A worker of your own, from another terminal: npm run demo:worker -- --world ${agentFile} --chain ${rules[1].chainId}`,
  )
}

type Stage = { home: ObservedChain; chains: readonly ObservedChain[]; faults: Faults; cast: readonly CastMember[] }

/** Looks until every task is over and every message ran. Throws when time runs out or an agent ends that nobody killed. */
async function watchToTheEnd(
  { world, progress, seconds, signal, files }: RunParameters,
  { home, chains, faults, cast }: Stage,
): Promise<void> {
  const watchers = followHealth(world)
  try {
    for (;;) {
      await Promise.all(chains.map(look))
      await faults.onLook({ hasEnded: endedTasks(home, chains).length > 0 })
      progress.show({ seconds: seconds(), chains, home, expectedTasks: files.length, watchers: watchers.health })
      if (isOver(home, chains, files.length) && faults.reorgs > 0) return
      const gone = cast.find((member) => member.hasEnded() && !faults.isDead(member))
      if (gone) throw new DemoError(`${gone.name} ended by itself:\n${gone.process.output().slice(-5).join('\n')}\n`, 'Report this.')
      if (signal.aborted)
        throw new DemoError(`Not over after ${Math.round(seconds())} s.`, 'Is the machine busy? Try again, or with fewer files.')
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
  } finally {
    watchers.stop()
  }
}

/** What agents sent while they were being stopped, too, is to be delivered before anybody counts. */
async function watchLastMessages({ signal }: RunParameters, chains: readonly ObservedChain[]): Promise<void> {
  for (;;) {
    await Promise.all(chains.map(look))
    if (signal.aborted || messagesOf(chains).every(({ executedIn }) => executedIn)) return
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

function isOver(home: ObservedChain, chains: readonly ObservedChain[], expectedTasks: number): boolean {
  return endedTasks(home, chains).length >= expectedTasks && messagesOf(chains).every(({ executedIn }) => executedIn)
}

const endedTasks = (home: ObservedChain, chains: readonly ObservedChain[]) =>
  tallyTasks(home, chains).filter(({ state }) => state === 'settled' || state === 'expired' || state === 'cancelled')

/** Asks the watchers once a second how they are, beside the looks. */
function followHealth(world: World): { readonly health: readonly WatcherHealth[]; stop: () => void } {
  let health: readonly WatcherHealth[] = world.info.watchers.map(({ name }) => ({ name, state: 'starting' }))
  const timer = setInterval(async () => {
    health = await Promise.all(world.info.watchers.map(({ name, url }) => healthOf(name, url)))
  }, 1_000)
  return {
    get health() {
      return health
    },
    stop: () => clearInterval(timer),
  }
}
