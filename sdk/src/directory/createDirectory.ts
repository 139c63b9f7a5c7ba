import { type Hex, isHex } from 'viem'
import { capabilityOf } from '../agent/profile.ts'
import type { ChainConfig } from '../client.ts'
import { FormatError } from '../errors/format.ts'
import { type Account, accountKey, type Known } from '../reputation/known.ts'
import { type Receipt, type Reputation, reputationOf } from '../reputation/reputationOf.ts'
import { createSync, type Sync } from '../sync/createSync.ts'
import type { Transport } from '../sync/rpc.ts'
import { eip1193Transport } from '../sync/transport.ts'
import type { SyncStatus } from '../sync/types.ts'
import { directorySources, factsOf } from './facts.ts'
import { byId, memoryDirectory } from './memoryDirectory.ts'
import type { DirectoryAgent, DirectoryQuery, DirectoryStore } from './types.ts'

/** A running directory of agents. */
export type Directory = {
  /** Follows its chains until stopped. Resolves when it has stopped. */
  start(): Promise<void>
  stop(): Promise<void>
  /** One look at every chain, for callers with their own timer. Resolves to whether more is waiting to be read. */
  step(): Promise<boolean>
  /** How each chain stands: `isSynced` says whether all that is final is here. */
  status(): readonly SyncStatus[]
  /** Agents in order of their ids: which comes first says nothing about it. Never one as live that is past its `liveUntil`. */
  query(query?: DirectoryQuery): readonly DirectoryAgent[]
  get(key: { readonly chainId: number; readonly agentId: Hex }): DirectoryAgent | undefined
  /** The accounts that are an agent's. */
  accountsOf(key: { readonly chainId: number; readonly agentId: Hex }): readonly Account[]
  /** What an asker can say of an agent, from the receipts of all its accounts. */
  reputation(key: { readonly chainId: number; readonly agentId: Hex; readonly known: Known }): Reputation
}

const maxLimit = 1_000

/**
 * A directory of agents over many chains, built from final events alone, on the one event engine. It knows who is registered, what they can do,
 * which accounts are theirs and what their receipts say; it asks nobody but the chains' own nodes, and answers from its store.
 *
 * @throws FormatError for a query that cannot be.
 * @example
 * ```ts
 * import { createDirectory } from '@hanse/sdk/directory'
 * import { sqliteDirectory } from '@hanse/sdk/node'
 *
 * const directory = createDirectory({ chains, store: sqliteDirectory({ path: 'directory.sqlite' }) })
 * void directory.start()
 * const reporters = directory.query({ capabilities: ['text.report'], record: { known, judged: 3 } })
 * ```
 */
export function createDirectory({ chains, store = memoryDirectory(), now = Date.now, pollMs }: createDirectory.Parameters): Directory {
  const syncs = chains.map((chain) => syncOf({ chain, store, now, pollMs }))
  const records = recordCache(store)
  /** Dead by the clock of the reader or by that of the chain, whichever is ahead: better a live one missing than a dead one shown. */
  const clockOf = (chainId: number) => {
    const head = syncs.find((sync) => sync.chainId === chainId)?.status().headTimestamp ?? 0n
    return Math.max(Math.floor(now() / 1000), Number(head))
  }
  const isLive = ({ chainId, liveUntil }: DirectoryAgent) => liveUntil >= clockOf(chainId)

  function query(wanted: DirectoryQuery = {}): readonly DirectoryAgent[] {
    const { chainIds, withSilent = false, record, after, limit } = checked(wanted)
    const capabilities = (wanted.capabilities ?? []).map(hashOf)
    const liveAt = withSilent ? undefined : Math.max(Math.floor(now() / 1000), 0)
    if (record === undefined) {
      return fill({ store, query: { capabilities, chainIds, liveAt, after, limit }, fits: (agent) => withSilent || isLive(agent) })
    }
    const fits = (agent: DirectoryAgent) =>
      (chainIds?.includes(agent.chainId) ?? true) &&
      (after === undefined || agent.agentId > after) &&
      capabilities.every((capability) => agent.profile.capabilities.includes(capability))
    return withRecord({ store, kept: records(record), fits, isShown: (agent) => withSilent || isLive(agent), limit })
  }

  return {
    start: async () => void (await Promise.all(syncs.map((sync) => sync.start()))),
    stop: async () => void (await Promise.all(syncs.map((sync) => sync.stop()))),
    step: async () => (await Promise.all(syncs.map((sync) => sync.step()))).includes(true),
    status: () => syncs.map((sync) => sync.status()),
    query,
    get: store.get,
    accountsOf: store.accountsOf,
    reputation({ known, ...key }) {
      const accounts = store.accountsOf(key)
      return reputationOf({ receipts: store.receipts({ workers: accounts }), accounts, known })
    },
  }
}

export declare namespace createDirectory {
  type Parameters = {
    readonly chains: readonly ChainConfig[]
    /** Default memory. `sqliteDirectory` of `@hanse/sdk/node` survives a restart. */
    readonly store?: DirectoryStore
    /** Clock in milliseconds. */
    readonly now?: () => number
    /** Milliseconds between looks. Default: by the pace of each chain. */
    readonly pollMs?: number
  }
}

type SyncOf = Required<Pick<createDirectory.Parameters, 'store' | 'now'>> & {
  readonly chain: ChainConfig
  readonly pollMs: number | undefined
}

function syncOf({ chain, store, now, pollMs }: SyncOf): Sync {
  const { chainId, rpcUrls, finality, deployment } = chain
  const own = transportsOf(chain)
  return createSync({
    chainId,
    ...(own === undefined ? { rpcUrls } : { transports: own }),
    finality,
    sources: directorySources(deployment),
    startBlock: BigInt(deployment.startBlock),
    store,
    hasTail: false,
    now,
    ...(pollMs === undefined ? {} : { pollMs }),
    onNotification: (notification) => {
      if (notification.kind === 'finalized') store.apply(factsOf(notification.logs, deployment))
    },
  })
}

/** A client's own transport, where it has one instead of urls. */
function transportsOf({ chainId, transport }: ChainConfig): readonly Transport[] | undefined {
  if (transport === undefined) return undefined
  const { request } = transport({ retryCount: 0 })
  return [eip1193Transport({ name: `chain ${chainId}`, request: ({ method, params }) => request({ method, params }) })]
}

function hashOf(nameOrHash: string): Hex {
  if (!nameOrHash.startsWith('0x')) return capabilityOf(nameOrHash)
  if (isHex(nameOrHash) && nameOrHash.length === 66) return lowerCase(nameOrHash)
  throw new FormatError({ subject: 'Capability', fact: nameOrHash, expected: 'a name such as text.report, or its hash' })
}

const lowerCase = (hex: Hex): Hex => `0x${hex.slice(2).toLowerCase()}`

function checked({ limit = 100, after, ...rest }: DirectoryQuery) {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new FormatError({ subject: 'Query', fact: `the limit ${limit}`, expected: `1 to ${maxLimit}` })
  }
  if (after !== undefined && !(isHex(after) && after.length === 66)) {
    throw new FormatError({ subject: 'Query', fact: `after ${after}`, expected: 'an id of 32 bytes' })
  }
  return { ...rest, limit, after: after === undefined ? undefined : lowerCase(after) }
}

type Fill = {
  readonly store: DirectoryStore
  readonly query: Parameters<DirectoryStore['query']>[0]
  readonly fits: (agent: DirectoryAgent) => boolean
}

/** As many as are wanted, though the clock of their chain may leave some out. */
function fill({ store, query, fits }: Fill): readonly DirectoryAgent[] {
  const found: DirectoryAgent[] = []
  let after = query.after
  for (;;) {
    const page = store.query({ ...query, after })
    found.push(...page.filter(fits))
    after = page.at(-1)?.agentId
    if (found.length >= query.limit || page.length < query.limit) return found.slice(0, query.limit)
  }
}

type WithRecord = {
  readonly store: DirectoryStore
  readonly kept: Iterable<DirectoryAgent>
  readonly fits: (agent: DirectoryAgent) => boolean
  readonly isShown: (agent: DirectoryAgent) => boolean
  readonly limit: number
}

/** What is kept of an agent is all but its life, which may have changed since: so it is looked up once more. */
function withRecord({ store, kept, fits, isShown, limit }: WithRecord): readonly DirectoryAgent[] {
  const found: DirectoryAgent[] = []
  for (const known of kept) {
    if (found.length === limit) break
    const agent = fits(known) ? store.get(known) : undefined
    if (agent !== undefined && isShown(agent)) found.push(agent)
  }
  return found
}

type Record = NonNullable<DirectoryQuery['record']>

type Judged = { readonly agent: DirectoryAgent; readonly judged: bigint }

/** The agents with a record, by id. What was worked out for an asker is good until a receipt, a link or a profile arrives. */
function recordCache(store: DirectoryStore) {
  const cache = new WeakMap<Known, { readonly revision: number; readonly all: readonly Judged[] }>()
  const look = (known: Known): readonly Judged[] => {
    const workers = workersOf(store.receipts({ requesters: known.requesters }))
    const agents = new Map(workers.flatMap((worker) => store.agentsOf(worker)).map((agent) => [`${agent.chainId}:${agent.agentId}`, agent]))
    const judged = [...agents.values()].map((agent) => {
      const accounts = store.accountsOf(agent)
      return { agent, judged: reputationOf({ receipts: store.receipts({ workers: accounts }), accounts, known }).judged.value }
    })
    return judged.sort((one, other) => byId(one.agent, other.agent))
  }
  return function* records({ known, judged }: Record): Generator<DirectoryAgent, void, void> {
    const revision = store.revision()
    const kept = cache.get(known)
    const all = kept?.revision === revision ? kept.all : look(known)
    cache.set(known, { revision, all })
    for (const entry of all) if (entry.judged >= BigInt(judged)) yield entry.agent
  }
}

function workersOf(receipts: readonly Receipt[]): readonly Account[] {
  const accounts = receipts.map(({ workerChainId, worker }) => ({ chainId: Number(workerChainId), address: worker }))
  return [...new Map(accounts.map((account) => [accountKey(account), account])).values()]
}
