// Troubles as they strike a world.
import type { Chain } from './chain.ts'
import { deployed } from './contracts.ts'
import { addressOf } from './curve.ts'
import { keysOf, nameOf } from './life.ts'
import { noFaults, type Provider } from './node.ts'
import type { ProviderFault, Trouble } from './plan.ts'
import type { World } from './scene.ts'
import { falseWords, tell } from './traitor.ts'

/** Lets a trouble strike. One that makes no sense now does nothing. */
export function strike(world: World, trouble: Trouble): void {
  const name = trouble.kind === 'provider' ? trouble.fault : trouble.kind
  const { kind: _, ...details } = trouble
  if (!begin(world, trouble)) return
  world.struck.set(name, (world.struck.get(name) ?? 0) + 1)
  world.trace(`trouble: ${name} ${JSON.stringify(details)}`)
}

function begin(world: World, trouble: Trouble): boolean {
  switch (trouble.kind) {
    case 'provider':
      return faultProviders(world, trouble)
    case 'reorg':
    case 'finality broken':
    case 'finality stalls':
    case 'blocks stop':
    case 'fees rise':
    case 'pool lost':
    case 'nonce used elsewhere':
      return strikeChain(world, trouble)
    case 'partition':
    case 'bad network':
    case 'contradiction':
    case 'false words':
      return strikeNetwork(world, trouble)
    default:
      return strikeWatcher(world, trouble)
  }
}

type ProviderTrouble = Trouble & { kind: 'provider' }

const faultsOf: Readonly<Record<Exclude<ProviderFault, 'frozen' | 'wrong chain' | 'lies'>, Partial<Provider['faults']>>> = {
  down: { isDown: true },
  errors: { errors: 0.5 },
  hangs: { hangs: 0.3 },
  nulls: { nulls: 0.2 },
  'lost logs': { lost: 0.4 },
  'truncated logs': { isTruncated: true },
  lags: { lag: 3 },
  flaps: { lag: 5, isFlapping: true },
  'short ranges': { maxRange: 3 },
  'sloppy logs': { isSloppy: true },
  'no old state': { isForgetful: true },
  'empty blooms': { isBloomless: true },
  'loses transactions': { loses: 0.8 },
  slow: { slowness: 30 },
}

function faultProviders(world: World, { fault, chain, providers, forMs }: ProviderTrouble): boolean {
  const all = world.providers[chain] ?? []
  const struck = all.filter((_, place) => providers.includes(place))
  const isLie = fault === 'lies' || fault === 'wrong chain'
  // More liars than the agreement bears are no trouble of the watcher.
  if (isLie && all.some(({ faults }) => faults.serves !== undefined)) return false
  for (const provider of struck) {
    const change = changeOf({ world, fault, provider })
    Object.assign(provider.faults, change)
    const healed = noFaults()
    const back = Object.fromEntries(Object.keys(change).map((key) => [key, Reflect.get(healed, key)]))
    world.clock.after(forMs, () => Object.assign(provider.faults, back))
  }
  return struck.length > 0
}

function changeOf({ world, fault, provider }: { world: World; fault: ProviderFault; provider: Provider }): Partial<Provider['faults']> {
  const { chain } = provider
  if (fault === 'frozen') return { frozen: [...chain.blocks()] }
  if (fault === 'wrong chain') return { serves: world.chains.find((other) => other !== chain) }
  return fault === 'lies' ? { serves: lieOf(world, chain) } : faultsOf[fault]
}

/** A chain like the true one, but for a message that nobody sent, in a block that is final there. */
function lieOf({ random }: World, chain: Chain): Chain {
  const lie = chain.fork()
  const back = random.below(Math.min(chain.depth, lie.blocks().length - 2) + 1)
  const destination = [...chain.rules.chains.map(({ chainId }) => chainId)].find((id) => id !== chain.chainId) ?? 0
  lie.reorg({ remove: back, mined: back, forget: () => false, order: (sends) => sends })
  lie.mine({ sends: [{ sequence: 1_000_000 + random.below(1_000_000), destination, recipient: deployed.taskPortal }] })
  for (let block = 0; block <= chain.depth; block++) lie.mine()
  return lie
}

type ChainTrouble = Extract<Trouble, { chain: number }>

function strikeChain(world: World, trouble: Exclude<ChainTrouble, ProviderTrouble>): boolean {
  const { clock, blockFaults } = world
  const chain = world.chains[trouble.chain]
  if (chain === undefined) return false
  const { settings } = chain
  if (trouble.kind === 'reorg') return reorganise({ world, chain, remove: trouble.depth, growth: trouble.growth, forgets: trouble.forgets })
  if (trouble.kind === 'finality broken') return breakFinality({ world, chain, beyond: trouble.beyond })
  if (trouble.kind === 'nonce used elsewhere') return spendElsewhere({ world, chain, watcher: trouble.watcher })
  if (trouble.kind === 'pool lost') chain.dropPool(() => world.random.chance(0.7))
  else if (trouble.kind === 'finality stalls') {
    settings.isFinalityStalled = true
    clock.after(trouble.forMs, () => Object.assign(settings, { isFinalityStalled: false }))
  } else if (trouble.kind === 'blocks stop') {
    blockFaults.stopped.add(chain)
    clock.after(trouble.forMs, () => blockFaults.stopped.delete(chain))
  } else {
    settings.baseFee = 10_000_000_000n
    clock.after(trouble.forMs, () => Object.assign(settings, { baseFee: 1_000_000_000n }))
  }
  return true
}

function shuffle<item>({ random }: World, items: item[]): item[] {
  return items
    .map((item) => ({ item, draw: random.next() }))
    .sort((a, b) => a.draw - b.draw)
    .map(({ item }) => item)
}

/** Within what the finality policy allows: never at or below a block that was final. */
function reorganise({
  world,
  chain,
  remove,
  growth,
  forgets,
}: {
  world: World
  chain: Chain
  remove: number
  growth: number
  forgets: number
}): boolean {
  const most = chain.top().number - chain.finalHeight()
  const removed = Math.min(remove, most)
  if (removed < 1) return false
  const forget = () => world.random.chance(forgets)
  chain.reorg({ remove: removed, mined: Math.max(1, removed + growth), forget, order: (sends) => shuffle(world, sends) })
  return true
}

/** Beyond it. */
function breakFinality({ world, chain, beyond }: { world: World; chain: Chain; beyond: number }): boolean {
  const remove = chain.top().number - chain.finalHeight() + beyond
  const from = chain.top().number - remove + 1
  if (from < 2) return false
  world.oracle.breakFinality(chain.chainId, from)
  chain.reorg({ remove, mined: remove + 1, forget: () => world.random.chance(0.5), order: (sends) => shuffle(world, sends) })
  return true
}

/** How the hashes of transactions begin that no watcher made. */
export const elsewhere = `0x${'ee'.repeat(28)}` as const

/** The key of a watcher sends something that the watcher knows nothing of. */
function spendElsewhere({ world, chain, watcher }: { world: World; chain: Chain; watcher: number }): boolean {
  const from = addressOf(keysOf(watcher).deliverer)
  const nonce = chain.top().state.nonces.get(from) ?? 0
  const transaction = { from, chainId: chain.chainId, nonce, to: from, data: '0x', maxFee: 50_000_000_000n, tip: 1n } as const
  return (
    chain.accept({
      hash: `${elsewhere}${world.random
        .below(2 ** 31)
        .toString(16)
        .padStart(8, '0')}`,
      transaction,
    }) === undefined
  )
}

type NetworkTrouble = Extract<Trouble, { kind: 'partition' | 'bad network' | 'contradiction' | 'false words' }>

function strikeNetwork(world: World, trouble: NetworkTrouble): boolean {
  const { network, clock, processes, random, rules, chains } = world
  if (trouble.kind === 'partition') {
    for (const index of trouble.group) network.faults.group.add(nameOf(index))
    clock.after(trouble.forMs, () => network.faults.group.clear())
  } else if (trouble.kind === 'bad network') {
    Object.assign(network.faults, { drops: trouble.drops, repeats: trouble.repeats })
    clock.after(trouble.forMs, () => Object.assign(network.faults, { drops: 0, repeats: 0 }))
  } else if (trouble.kind === 'contradiction') {
    for (let count = 0; count < trouble.count; count++) world.traitor?.contradict()
  } else {
    for (let count = 0; count < trouble.count; count++) {
      const to = processes[random.below(processes.length)]
      if (to !== undefined) void tell({ network, to, words: falseWords({ rules, chains, random }) })
    }
  }
  return true
}

type WatcherTrouble = Extract<Trouble, { kind: 'crash' | 'restart' | 'backup' | 'restore' | 'disk full' | 'clock jumps' }>

function strikeWatcher(world: World, trouble: WatcherTrouble): boolean {
  const { clock } = world
  const process = world.processes[trouble.watcher]
  if (process === undefined) return false
  if (trouble.kind === 'crash')
    process.arm({ place: trouble.place, left: trouble.after, isPowerCut: trouble.isPowerCut, downMs: trouble.downMs })
  else if (trouble.kind === 'restart') process.restart()
  else if (trouble.kind === 'backup') process.disk.backup()
  else if (trouble.kind === 'restore') {
    world.traitor?.forgottenBy(process)
    process.kill({ isPowerCut: false, why: 'to be restored' })
    clock.after(trouble.downMs, process.start)
    world.oracle.forgetHalts(process.name)
    return process.disk.restore(trouble.only)
  } else if (trouble.kind === 'disk full') {
    process.state.isFull = true
    clock.after(trouble.forMs, () => Object.assign(process.state, { isFull: false }))
  } else process.state.skewMs += trouble.byMs
  return true
}
