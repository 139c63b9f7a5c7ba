// What a seed means: the world, what people send, and what goes wrong when.
import type { Finality } from '../../sdk/src/types.ts'
import { createRandom, type Random } from './random.ts'

/** What goes wrong with one provider; see `Faults` in node.ts. */
export type ProviderFault =
  | 'down'
  | 'errors'
  | 'hangs'
  | 'nulls'
  | 'lost logs'
  | 'truncated logs'
  | 'lags'
  | 'flaps'
  | 'frozen'
  | 'wrong chain'
  | 'lies'
  | 'short ranges'
  | 'sloppy logs'
  | 'no old state'
  | 'empty blooms'
  | 'loses transactions'
  | 'slow'

/** Where in its work a process dies. */
export type CrashPlace = 'now' | 'before commit' | 'after commit' | 'after request'

export type Trouble =
  | {
      readonly kind: 'provider'
      readonly fault: ProviderFault
      readonly chain: number
      readonly providers: readonly number[]
      readonly forMs: number
    }
  | { readonly kind: 'reorg'; readonly chain: number; readonly depth: number; readonly growth: number; readonly forgets: number }
  | { readonly kind: 'finality broken'; readonly chain: number; readonly beyond: number }
  | { readonly kind: 'finality stalls'; readonly chain: number; readonly forMs: number }
  | { readonly kind: 'blocks stop'; readonly chain: number; readonly forMs: number }
  | { readonly kind: 'fees rise'; readonly chain: number; readonly forMs: number }
  | { readonly kind: 'pool lost'; readonly chain: number }
  | { readonly kind: 'nonce used elsewhere'; readonly chain: number; readonly watcher: number }
  | {
      readonly kind: 'crash'
      readonly watcher: number
      readonly place: CrashPlace
      readonly after: number
      readonly isPowerCut: boolean
      readonly downMs: number
    }
  | { readonly kind: 'restart'; readonly watcher: number }
  | { readonly kind: 'backup'; readonly watcher: number }
  | { readonly kind: 'restore'; readonly watcher: number; readonly only?: 'vault.sqlite'; readonly downMs: number }
  | { readonly kind: 'disk full'; readonly watcher: number; readonly forMs: number }
  | { readonly kind: 'clock jumps'; readonly watcher: number; readonly byMs: number }
  | { readonly kind: 'partition'; readonly group: readonly number[]; readonly forMs: number }
  | { readonly kind: 'bad network'; readonly drops: number; readonly repeats: number; readonly forMs: number }
  | { readonly kind: 'contradiction'; readonly count: number }
  | { readonly kind: 'false words'; readonly count: number }

export type PlannedChain = {
  readonly chainId: number
  readonly finality: Finality
  /** Blocks below the top that may still be reorganised. */
  readonly depth: number
  readonly blockMs: number
  readonly providers: number
}

/** `brief`: soon over. `flood`: more than one sender may have. The others must be refused: over, never over, of nobody known, of somebody else. */
export type LetterKind = 'good' | 'brief' | 'flood' | 'stale' | 'eternal' | 'stranger' | 'forged'

export type Plan = {
  readonly seed: number
  readonly chains: readonly PlannedChain[]
  readonly watchers: number
  readonly quorum: number
  /** Whether the last member of the set is run by an adversary. */
  readonly hasTraitor: boolean
  readonly chaosMs: number
  readonly sends: readonly { readonly at: number; readonly chain: number; readonly destination: number; readonly isSick: boolean }[]
  readonly troubles: readonly { readonly at: number; readonly trouble: Trouble }[]
  /** Tasks that are opened and left alone; `seconds` until their default is due. In most worlds none, and nobody keeps. */
  /** What is told to watchers in envelopes. In most worlds nothing, and no agent is registered. */
  readonly mail: readonly { readonly at: number; readonly watcher: number; readonly kind: LetterKind; readonly seconds: number }[]
  readonly tasks: readonly { readonly at: number; readonly chain: number; readonly isSubmitted: boolean; readonly seconds: number }[]
}

type Drawing = { random: Random; chains: readonly PlannedChain[]; watchers: number; hasTraitor: boolean; chaosMs: number }

/** The same plan for the same seed. `isCalm` leaves the troubles out. */
export function planOf({ seed, isCalm = false }: { seed: number; isCalm?: boolean }): Plan {
  const random = createRandom(seed)
  const chains = Array.from({ length: random.chance(0.7) ? 2 : 3 }, (_, index) => chainOf(random, 101 + index))
  const watchers = random.pick([3, 3, 3, 4])
  const quorum = Math.floor(watchers / 2) + 1
  const hasTraitor = !isCalm && random.chance(0.2)
  const chaosMs = random.between(10, 24) * 1_000
  const sends = Array.from({ length: random.between(2, 9) }, () => {
    const chain = random.below(chains.length)
    const away = chains.filter((_, index) => index !== chain).map(({ chainId }) => chainId)
    const destination = random.chance(0.15) ? 0 : (away[random.below(away.length)] ?? 0)
    return { at: random.below(chaosMs), chain, destination, isSick: random.chance(0.08) }
  })
  const drawing = { random, chains, watchers, hasTraitor, chaosMs }
  const troubles = isCalm ? [] : Array.from({ length: random.between(1, 7) }, () => troubleOf(drawing)).flat()
  const mail = mailOf(createRandom(seed).fork(10), watchers, chaosMs)
  const tasks = tasksOf(createRandom(seed).fork(9), chains.length, chaosMs)
  return { seed, chains, watchers, quorum, hasTraitor, chaosMs, sends, troubles: troubles.sort((a, b) => a.at - b.at), mail, tasks }
}

function mailOf(random: Random, watchers: number, chaosMs: number): Plan['mail'] {
  if (!random.chance(0.08)) return []
  return Array.from({ length: random.between(2, 6) }, () => ({
    at: random.below(chaosMs),
    watcher: random.below(watchers),
    kind: random.pick(['good', 'good', 'good', 'good', 'brief', 'brief', 'flood', 'stale', 'eternal', 'stranger', 'forged'] as const),
    seconds: random.between(1, 12),
  }))
}

/** From numbers of their own, so that what else a seed means stays as it was. */
function tasksOf(random: Random, chains: number, chaosMs: number): Plan['tasks'] {
  if (!random.chance(0.15)) return []
  return Array.from({ length: random.between(1, 3) }, () => ({
    at: random.below(chaosMs * 0.7),
    chain: random.below(chains),
    isSubmitted: random.chance(0.4),
    seconds: random.between(2, 14),
  }))
}

function chainOf(random: Random, chainId: number): PlannedChain {
  const depth = random.between(0, 4)
  const finality: Finality = random.chance(0.7) ? { kind: 'depth', depth } : { kind: random.chance(0.5) ? 'safe' : 'finalized' }
  return { chainId, finality, depth, blockMs: random.between(10, 30) * 100, providers: random.pick([1, 2, 3, 3]) }
}

const providerFaults: readonly [ProviderFault, ...ProviderFault[]] = [
  'down',
  'errors',
  'hangs',
  'nulls',
  'lost logs',
  'lost logs',
  'truncated logs',
  'lags',
  'flaps',
  'frozen',
  'wrong chain',
  'lies',
  'short ranges',
  'sloppy logs',
  'no old state',
  'empty blooms',
  'loses transactions',
  'slow',
]
/** What may go wrong with all providers at once: it can be noticed. The others must be borne by those that agree. */
const commonFaults: readonly ProviderFault[] = [
  'down',
  'errors',
  'hangs',
  'nulls',
  'lost logs',
  'truncated logs',
  'lags',
  'flaps',
  'short ranges',
  'sloppy logs',
  'empty blooms',
  'loses transactions',
  'slow',
]

type Timed = { readonly at: number; readonly trouble: Trouble }

function troubleOf(drawing: Drawing): readonly Timed[] {
  const { random, chaosMs } = drawing
  const at = random.below(chaosMs)
  const forMs = random.between(2, 10) * 1_000
  const draw = random.next()
  if (draw < 0.34) return [{ at, trouble: providerTrouble(drawing, forMs) }]
  if (draw < 0.56) return [{ at, trouble: chainTrouble(drawing, forMs) }]
  if (draw < 0.64) return restoreTrouble(drawing)
  if (draw < 0.88) return [{ at, trouble: watcherTrouble(drawing, forMs) }]
  return [{ at, trouble: peerTrouble(drawing, forMs) }]
}

function providerTrouble({ random, chains }: Drawing, forMs: number): Trouble {
  const chain = random.below(chains.length)
  const count = chains[chain]?.providers ?? 1
  const fault = random.pick(providerFaults)
  const isAll = commonFaults.includes(fault) && random.chance(0.4)
  const one = random.below(count)
  // Nobody who reads from a single provider is safe from a lie or from another chain.
  const isBlind = count === 1 && (fault === 'lies' || fault === 'wrong chain')
  return {
    kind: 'provider',
    fault: isBlind ? 'lost logs' : fault,
    chain,
    providers: isAll ? Array.from({ length: count }, (_, index) => index) : [one],
    forMs,
  }
}

function chainTrouble({ random, chains, watchers }: Drawing, forMs: number): Trouble {
  const chain = random.below(chains.length)
  const draw = random.next()
  const depth = chains[chain]?.depth ?? 0
  if (draw < 0.5 && depth > 0)
    return {
      kind: 'reorg',
      chain,
      depth: random.between(1, depth),
      growth: random.pick([0, 0, 1, -1]),
      forgets: random.pick([0, 0, 0.5, 1]),
    }
  if (draw < 0.62) return { kind: 'finality broken', chain, beyond: random.between(1, 4) }
  if (draw < 0.7) return { kind: 'finality stalls', chain, forMs }
  if (draw < 0.76) return { kind: 'blocks stop', chain, forMs }
  if (draw < 0.84) return { kind: 'fees rise', chain, forMs }
  if (draw < 0.92) return { kind: 'pool lost', chain }
  return { kind: 'nonce used elsewhere', chain, watcher: random.below(watchers) }
}

/** A copy is made, things go on, and later the copy is what is left; often around a break of finality, which is when it matters. */
function restoreTrouble({ random, watchers, chains, chaosMs, hasTraitor }: Drawing): readonly Timed[] {
  const watcher = random.below(hasTraitor ? watchers - 1 : watchers)
  const first = random.below(chaosMs / 2)
  const second = random.between(first + 1_000, chaosMs)
  const only = random.chance(0.25) ? ({ only: 'vault.sqlite' } as const) : {}
  const restore = { kind: 'restore', watcher, downMs: random.between(0, 5) * 1_000, ...only } as const
  const broken = { kind: 'finality broken', chain: random.below(chains.length), beyond: random.between(1, 4) } as const
  return [
    { at: first, trouble: { kind: 'backup', watcher } },
    ...(random.chance(0.5) ? [{ at: random.between(first, second), trouble: broken }] : []),
    { at: second, trouble: restore },
  ]
}

function watcherTrouble({ random, watchers, hasTraitor }: Drawing, forMs: number): Trouble {
  const watcher = random.below(hasTraitor ? watchers - 1 : watchers)
  const draw = random.next()
  const places = ['now', 'before commit', 'after commit', 'after commit', 'after request'] as const
  const [after, isPowerCut, downMs] = [random.below(12), random.chance(0.5), random.between(0, 8) * 1_000]
  if (draw < 0.65) return { kind: 'crash', watcher, place: random.pick(places), after, isPowerCut, downMs }
  if (draw < 0.75) return { kind: 'restart', watcher }
  if (draw < 0.88) return { kind: 'disk full', watcher, forMs }
  return { kind: 'clock jumps', watcher, byMs: random.between(-20, 20) * 1_000 }
}

function peerTrouble({ random, watchers, hasTraitor }: Drawing, forMs: number): Trouble {
  const draw = random.next()
  if (hasTraitor && draw < 0.4) return { kind: 'contradiction', count: random.between(1, 3) }
  if (draw < 0.6) {
    const group = Array.from({ length: watchers }, (_, index) => index).filter(() => random.chance(0.5))
    return { kind: 'partition', group, forMs }
  }
  if (draw < 0.8) return { kind: 'bad network', drops: random.next() * 0.8, repeats: random.next() * 0.5, forMs }
  return { kind: 'false words', count: random.between(1, 4) }
}
