// One world from one seed: chains, providers, watchers, people, troubles, and the end at which everything must be right.
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Hex, numberToHex } from 'viem'
import { keccak } from '../../sdk/src/gateway/index.ts'
import { parseConfig } from '../../watcher/src/config.ts'
import { type Chain, createChain } from './chain.ts'
import { type Clock, createClock } from './clock.ts'
import { deployed, type Rules, recipientOf, sickRecipient } from './contracts.ts'
import { addressOf, type OnSign } from './curve.ts'
import { diskRoot } from './disk.ts'
import { createProcess, nameOf, type Process } from './life.ts'
import { agents, createMail } from './mail.ts'
import { createNetwork, urlOf } from './network.ts'
import { createProvider, noFaults, useTransactionHash } from './node.ts'
import { createOracle, type Oracle, type Violation } from './oracle.ts'
import { type Plan, planOf } from './plan.ts'
import { createRandom, type Random } from './random.ts'
import type { World } from './scene.ts'
import { createTraitor } from './traitor.ts'
import { strike } from './troubles.ts'
import { openEnds, wrongAtTheEnd } from './verdict.ts'

useTransactionHash(keccak)

export type Result = {
  readonly seed: number
  readonly violations: readonly Violation[]
  /** A hash over all that happened, in order. */
  readonly trace: string
  readonly virtualMs: number
  readonly steps: number
  readonly messages: number
  readonly counts: Oracle['counts'] & { readonly starts: number; readonly reorgs: number; readonly halts: number }
  readonly struck: Readonly<Record<string, number>>
}

/** Milliseconds in which watchers of a healed world must notice what happened. */
const settling = 8_000
/** Milliseconds of a healed world until everything must be done. */
const patience = 400_000

const epoch = 1_800_000_000_000

/** Plays one seed to its end. `print` gets every line of what happens. */
export async function play({ seed, isCalm = false, print }: play.Parameters): Promise<Result> {
  const root = mkdtempSync(join(diskRoot(), 'hanse-sim-'))
  const tape = createTape(print)
  try {
    const plan = planOf({ seed, isCalm })
    const world = createWorld({ plan, root, tape })
    print?.(JSON.stringify(plan, undefined, 1))
    await live(world)
    const result = resultOf(world, tape.digest())
    for (const process of world.processes) process.end()
    return result
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

export declare namespace play {
  type Parameters = { seed: number; isCalm?: boolean; print?: ((line: string) => void) | undefined }
}

type Tape = ReturnType<typeof createTape>

/** Takes down everything that happens, as a hash; and as text for whoever wants to read it. */
function createTape(print: ((line: string) => void) | undefined) {
  let lines: string[] = []
  let chained = ''
  let now = () => epoch
  const say = (line: string) => print?.(`${((now() - epoch) / 1000).toFixed(3).padStart(8)} ${line}`)
  const fold = () => {
    chained = hash('sha256', `${chained}${lines.join('\n')}`)
    lines = []
  }
  return {
    say: print === undefined ? () => undefined : say,
    isLoud: print !== undefined,
    useClock: (clock: () => number) => {
      now = clock
    },
    trace(line: string) {
      lines.push(`${now()} ${line}`)
      if (lines.length > 500) fold()
      if (print !== undefined) say(line)
    },
    digest: () => {
      fold()
      return chained.slice(0, 16)
    },
  }
}

function createWorld({ plan, root, tape }: { plan: Plan; root: string; tape: Tape }): World {
  const random = createRandom(plan.seed).fork(1)
  const clock = createClock(epoch)
  tape.useClock(clock.now)
  const oracle = createOracle({ now: () => clock.now() - epoch })
  const { trace } = tape
  const rules = rulesOf(plan)
  const chains = plan.chains.map(({ chainId, finality, depth }) =>
    createChain({ chainId, rules, finality, depth, now: clock.now, events: eventsOf({ oracle, trace }) }),
  )
  const providers = providersOf({ plan, chains, clock, random })
  for (const chain of chains) for (let block = 0; block < chain.depth + 3; block++) chain.mine()
  const network = createNetwork({ clock, random: random.fork(2) })
  const byName = new Map(providers.flat().map((provider) => [provider.name, provider]))
  const honest = plan.hasTraitor ? plan.watchers - 1 : plan.watchers
  const honestSigners = new Set(Array.from({ length: honest }, (_, index) => addressOf(index)))
  const processes: readonly Process[] = Array.from({ length: honest }, (_, index) =>
    createProcess({
      index,
      config: configOf({ plan, chains, index }),
      root,
      clock,
      random: random.fork(200 + index),
      network,
      providers: byName,
      onSign: (signed) => {
        trace(`${nameOf(index)} signs ${placeOf(signed)}`)
        oracle.onSign(signed)
      },
      // A stranger may say what it likes, and so does the traitor.
      onSeen: (seen) => {
        if (honestSigners.has(seen.signer)) oracle.onSeen(seen)
      },
      onPowerCut: () => traitor?.forgottenBy(processes[index]),
      trace,
      say: tape.say,
      isLoud: tape.isLoud,
    }),
  )
  const traitor = plan.hasTraitor ? createTraitor({ key: honest, rules, chains, network, processes, random: random.fork(3) }) : undefined
  return {
    plan,
    clock,
    random,
    rules,
    chains,
    providers,
    processes,
    network,
    oracle,
    traitor,
    mail: createMail({ clock, network, processes, oracle }),
    trace,
    struck: new Map(),
    blockFaults: { stopped: new Set() },
  }
}

const placeOf = ({ statement: { lane, nonce, head } }: Parameters<OnSign>[0]) =>
  `${lane.originChainId}-${lane.destinationChainId} ${nonce} ${head}`

type Serving = { plan: Plan; chains: readonly Chain[]; clock: Clock; random: Random }

function providersOf({ plan, chains, clock, random }: Serving): World['providers'] {
  return chains.map((chain, index) =>
    Array.from({ length: plan.chains[index]?.providers ?? 1 }, (_, place) =>
      createProvider({ name: providerName(index, place), chain, clock, random: random.fork(100 + index * 10 + place) }),
    ),
  )
}

const providerName = (chain: number, place: number) => `c${chain}p${place}`

function eventsOf({ oracle, trace }: { oracle: Oracle; trace: (line: string) => void }) {
  return {
    onBlock(chain: Chain) {
      const { number, hash: own, sends, receipts } = chain.top()
      trace(`chain ${chain.chainId} block ${number} ${own.slice(0, 10)} ${sends.length} sends ${receipts.size} transactions`)
      oracle.onBlock(chain)
    },
    onExecution(...[chain, block, execution]: Parameters<Oracle['onExecution']>) {
      trace(`chain ${chain.chainId} runs ${execution.laneKey.slice(0, 10)} ${execution.nonce}: ${execution.status}`)
      oracle.onExecution(chain, block, execution)
    },
  }
}

function rulesOf({ watchers, quorum, chains, mail }: Plan): Rules {
  const members = Array.from({ length: watchers }, (_, index) => addressOf(index)).sort()
  const setId: Hex = keccak(numberToHex(watchers * 1_000 + quorum))
  const policies = chains.map(({ chainId, finality }) => ({ chainId, finality }))
  return { setId, members, quorum, chains: policies, agents: mail.length > 0 ? agents : [] }
}

function configOf({ plan, chains, index }: { plan: Plan; chains: readonly Chain[]; index: number }) {
  return parseConfig({
    name: nameOf(index),
    dataDir: 'given later',
    peers: Array.from({ length: plan.watchers }, (_, peer) => peer)
      .filter((peer) => peer !== index)
      .map((peer) => urlOf(nameOf(peer))),
    roles: ['sync', 'attest', 'gossip', 'deliver', ...(plan.tasks.length > 0 ? ['keep'] : []), 'api'],
    attester: { env: 'ATTESTER' },
    deliverer: { env: 'DELIVERER' },
    logLevel: 'silent',
    chains: plan.chains.map(({ chainId, finality, providers }, place) => ({
      chainId,
      finality,
      rpcUrls: Array.from({ length: providers }, (_, provider) => urlOf(providerName(place, provider))),
      genesisHash: chains[place]?.blocks()[0]?.hash,
      deployment: { chainId, startBlock: '1', ...deployed },
    })),
  })
}

/** Lets the world run: first with its troubles, then healed until nothing is left to do. */
async function live(world: World): Promise<void> {
  const { plan, clock, processes, oracle, chains } = world
  for (const [index, chain] of chains.entries()) mineOn({ world, chain, everyMs: plan.chains[index]?.blockMs ?? 1_000 })
  for (const process of processes) clock.after(world.random.below(500), process.start)
  for (const [sequence, sent] of plan.sends.entries()) clock.after(sent.at, () => post({ world, sent, sequence }))
  for (const [sequence, letter] of plan.mail.entries()) clock.after(letter.at, () => world.mail.post(letter, sequence))
  for (const [index, task] of plan.tasks.entries()) clock.after(task.at, () => open({ world, task, sequence: firstTask + index }))
  for (const { at, trouble } of plan.troubles) clock.after(at, () => strike(world, trouble))
  const hasFailed = () => oracle.violations.length > 0
  await clock.runUntil(epoch + plan.chaosMs, hasFailed)
  if (hasFailed()) return
  heal(world)
  let looked = 0
  const isDone = () => {
    // Looking costs more than most steps, and blocks are what changes the answer.
    if (hasFailed()) return true
    if (oracle.counts.blocks === looked || clock.now() < epoch + plan.chaosMs + settling) return false
    looked = oracle.counts.blocks
    return openEnds(world).length === 0
  }
  await clock.runUntil(epoch + plan.chaosMs + patience, isDone)
  for (const { rule, detail } of hasFailed() ? [] : [...openEnds(world), ...wrongAtTheEnd(world)]) oracle.fail(rule, detail)
}

function mineOn({ world, chain, everyMs }: { world: World; chain: Chain; everyMs: number }): void {
  const { clock, blockFaults, providers } = world
  const next = () => {
    if (!blockFaults.stopped.has(chain)) {
      chain.mine()
      for (const { faults } of providers.flat())
        if (faults.serves?.chainId === chain.chainId && faults.serves !== chain && !world.chains.includes(faults.serves))
          faults.serves.mine()
    }
    watchHalts(world, chain)
    clock.after(everyMs, next)
  }
  clock.after(everyMs, next)
}

function watchHalts({ processes, oracle }: World, { chainId }: Chain): void {
  for (const process of processes) {
    const { chains, store } = process.running()?.context ?? {}
    const status = chains?.get(chainId)?.sync.status()
    if (status === undefined) continue
    // One that its disk has no room for yet is lost when the process dies.
    const isHalted = status.halt !== undefined && store?.haltOf(chainId) !== undefined
    oracle.onHalt({ watcher: process.name, chainId, isHalted, isReading: status.halt === undefined && status.head !== undefined })
  }
}

function post({ world, sent, sequence }: { world: World; sent: Plan['sends'][number]; sequence: number }): void {
  const recipient = sent.isSick ? sickRecipient : recipientOf(sequence)
  world.chains[sent.chain]?.send({ sequence, destination: sent.destination, recipient })
}

/** Where the sequences of tasks begin. */
const firstTask = 500_000

function open({ world, task, sequence }: { world: World; task: Plan['tasks'][number]; sequence: number }): void {
  const { isSubmitted, seconds } = task
  const deadline = isSubmitted ? seconds : Math.floor(world.clock.now() / 1_000) + seconds
  world.chains[task.chain]?.send({ sequence, destination: 0, recipient: deployed.taskEscrow, posting: { isSubmitted, deadline } })
}

/** All troubles end. */
function heal({ providers, chains, processes, network, blockFaults, clock, trace }: World): void {
  trace('all troubles end')
  for (const provider of providers.flat()) provider.faults = noFaults()
  for (const { settings } of chains) Object.assign(settings, { isHealed: true, baseFee: 1_000_000_000n, isFinalityStalled: false })
  blockFaults.stopped.clear()
  Object.assign(network.faults, { drops: 0, repeats: 0 })
  network.faults.group.clear()
  for (const process of processes) {
    process.state.isFull = false
    process.disarm()
    clock.after(100, process.start)
  }
}

function resultOf({ plan, clock, oracle, processes, struck, chains }: World, trace: string): Result {
  const halts = processes
    .flatMap((process) => [...(process.running()?.context.chains.values() ?? [])])
    .filter(({ sync }) => sync.status().halt !== undefined)
  return {
    seed: plan.seed,
    violations: oracle.violations,
    trace,
    virtualMs: clock.now() - epoch,
    steps: clock.steps(),
    messages: chains.reduce(
      (sum, chain) => sum + [...chain.top().state.lanes.values()].reduce((all, { nonce }) => all + Number(nonce), 0),
      0,
    ),
    counts: {
      ...oracle.counts,
      starts: processes.reduce((sum, { state }) => sum + state.starts, 0),
      reorgs: (struck.get('reorg') ?? 0) + (struck.get('finality broken') ?? 0),
      halts: halts.length,
    },
    struck: Object.fromEntries(struck),
  }
}
