import { createDirectory, type DirectoryStore, memoryDirectory } from '@hanse/sdk/directory'
import { sqliteDirectory } from '@hanse/sdk/node'
import { type Asked, beatsOf, type Market } from './market.ts'

/** What a size and a store cost. */
export type Row = {
  readonly store: 'memory' | 'sqlite'
  readonly agents: number
  readonly queries: number
  /** Milliseconds from question to answer, agents decoded, in the quietest of three passes: what others do on the machine is no property of ours. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Milliseconds to take in everything. */
  readonly loadMs: number
  /** Agents per answer, on average. */
  readonly found: number
  /** Agents past their end in answers about the living. Must be zero. */
  readonly deadShown: number
}

type Measure = { readonly kind: Row['store']; readonly market: Market; readonly queries: readonly Asked[]; readonly path: string }

const batch = 5_000

/** Loads the market into a store, and asks. Heartbeats are taken in between the questions and are not part of their time. */
export function measure({ kind, market, queries, path }: Measure): Row {
  const store = kind === 'memory' ? memoryDirectory() : sqliteDirectory({ path })
  const began = performance.now()
  for (let at = 0; at < market.facts.length; at += batch) store.apply(market.facts.slice(at, at + batch))
  const loadMs = performance.now() - began
  const passes = Array.from({ length: 3 }, () => ask({ store, market, queries }))
  const deadShown = passes.reduce((sum, pass) => sum + pass.deadShown, 0)
  const [quietest] = passes.toSorted((one, other) => quantile(one.times, 0.95) - quantile(other.times, 0.95))
  const { times, found } = quietest ?? { times: [], found: 0 }
  store.close()
  const at = (share: number) => round(quantile(times, share))
  return {
    store: kind,
    agents: market.size,
    queries: queries.length,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: at(1),
    loadMs: Math.round(loadMs),
    found: Math.round(found / queries.length),
    deadShown,
  }
}

function ask({ store, market, queries }: Pick<Measure, 'market' | 'queries'> & { readonly store: DirectoryStore }) {
  let seconds = market.start
  const directory = createDirectory({ chains: [], store, now: () => seconds * 1000 })
  let found = 0
  let deadShown = 0
  const times = queries.map((asked) => {
    seconds = market.start + asked.after
    store.apply(beatsOf(market, asked))
    const began = performance.now()
    const agents = directory.query(asked.query)
    const took = performance.now() - began
    found += agents.length
    deadShown += agents.filter(({ liveUntil }) => liveUntil < seconds).length
    return took
  })
  return { times, found, deadShown }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

const round = (ms: number) => Math.round(ms * 100) / 100
