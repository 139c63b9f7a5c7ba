// Three chains, two providers before each, five watchers; and what goes wrong with them.
import { setTimeout as pause } from 'node:timers/promises'
import {
  at,
  kill,
  reorg,
  send,
  startTestWorld,
  startWatcherProcess,
  type TestChain,
  type WatcherKey,
  type WatcherProcess,
} from '../../test/watcher/support/world.ts'
import type { Random } from '../simulation/random.ts'
import { type Fault, faults, type Provider, startProxy } from './proxy.ts'

/** Blocks below the top that the watchers' policy lets a chain take back. */
export const depth = 4
const names = ['a', 'b', 'c', 'd', 'e']
const quorum = 3

export type World = {
  readonly chains: readonly TestChain[]
  readonly keys: readonly WatcherKey[]
  readonly recipientOf: (chain: TestChain) => `0x${string}`
  /** By chain, then by place. */
  readonly proxies: readonly (readonly Provider[])[]
  /** By key; undefined while it does not run. */
  readonly watchers: (WatcherProcess | undefined)[]
  readonly random: Random
  readonly say: (line: string) => void
  readonly cleanups: (() => Promise<void> | void)[]
}

export async function startWorld({ random, say, cleanups }: Pick<World, 'random' | 'say' | 'cleanups'>): Promise<World> {
  const wanted = [941, 942, 943].map((chainId) => ({ chainId, finality: { kind: 'depth', depth } as const }))
  const { chains, keys, recipientOf } = await startTestWorld({ chains: wanted, watchers: names, quorum, cleanups })
  const proxies = await Promise.all(
    chains.map((chain, index) => {
      const otherUrl = at(chains, (index + 1) % chains.length).url
      return Promise.all([1, 2].map((place) => startProxy({ url: chain.url, otherUrl, random: random.fork(10 * index + place) })))
    }),
  )
  cleanups.push(() => {
    for (const proxy of proxies.flat()) proxy.stop()
  })
  const world: World = { chains, keys, recipientOf, proxies, watchers: keys.map(() => undefined), random, say, cleanups }
  // Before the first message what the contracts stand on must lie too deep for any reorganisation.
  await Promise.all(chains.map((chain) => chain.client.mine({ blocks: 2 * depth + 4 })))
  await startAll(world)
  return world
}

/** Starts every watcher that does not run. */
export async function startAll(world: World): Promise<void> {
  await Promise.all(world.keys.map((_, index) => (world.watchers[index] === undefined ? startOne(world, index) : undefined)))
}

async function startOne(world: World, index: number): Promise<void> {
  const { keys, chains, proxies, cleanups } = world
  const rpcUrls = (chain: TestChain) => at(proxies, chains.indexOf(chain)).map(({ url }) => url)
  const overrides = { logLevel: process.env.TEST_LOG ?? 'silent' }
  world.watchers[index] = await startWatcherProcess({ key: at(keys, index), keys, chains, cleanups, rpcUrls, overrides })
}

export async function killOne(world: World, index: number): Promise<void> {
  const watcher = world.watchers[index]
  if (watcher === undefined) return
  world.watchers[index] = undefined
  await kill(watcher, 'SIGKILL')
}

/** A round: people send, and meanwhile two providers fail, a watcher dies and comes back, and a chain takes blocks back. */
export async function playRound(world: World, round: number): Promise<void> {
  const { random, say, keys, chains, proxies } = world
  const wrong = setFaults(world)
  const [victim, chain] = [random.below(keys.length), at(chains, random.below(chains.length))]
  const back = random.between(1, depth - 1)
  say(`round ${round}: ${wrong.join(', ')}; ${at(names, victim)} dies; ${chain.chainId} takes ${back} blocks back`)
  await sendSome(world)
  await pause(random.between(200, 1_200))
  await killOne(world, victim)
  await reorg(chain, back)
  await sendSome(world)
  await pause(random.between(200, 1_500))
  await startAll(world)
  for (const proxy of proxies.flat()) proxy.set(undefined)
}

/** Gives some providers faults. A lie about logs may be told by both of one chain: the lanes show it. */
function setFaults({ random, proxies, chains }: World): readonly string[] {
  return [0, 1].map(() => {
    const place = random.below(proxies.length)
    const fault = at<Fault>(faults, random.below(faults.length))
    const both = at(proxies, place)
    const isBoth = fault !== 'wrong chain' && random.chance(0.5)
    for (const proxy of isBoth ? both : [at(both, random.below(both.length))]) proxy.set(fault)
    return `${isBoth ? 'all providers' : 'a provider'} of ${at(chains, place).chainId}: ${fault}`
  })
}

/** Sends one message from a chain to each other one, and waits until the chain holds them. */
export async function sendFrom({ chains, recipientOf }: World, origin: TestChain): Promise<void> {
  for (const destination of chains) {
    if (destination === origin) continue
    const hash = await send({ origin, destination, recipient: recipientOf(destination) })
    await origin.client.waitForTransactionReceipt({ hash })
  }
}

async function sendSome({ random, chains, recipientOf }: World): Promise<void> {
  for (let index = 0; index < 4; index++) {
    const from = random.below(chains.length)
    const [origin, destination] = [at(chains, from), at(chains, (from + random.between(1, chains.length - 1)) % chains.length)]
    await send({ origin, destination, recipient: recipientOf(destination) })
  }
}
