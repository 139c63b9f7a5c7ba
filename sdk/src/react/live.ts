import type { Freshness } from '../actions/defineRead.ts'
import { type Client, chainOf } from '../client.ts'
import { ChainHaltedError } from '../sync/errors.ts'
import { type ChainChange, type ChainStatus, type ContractName, isStale, type Pace } from './changes.ts'
import { type FollowChainParameters, followChain, unseen } from './follow.ts'

/** A value that is kept up to date. */
export type Watched = {
  readonly chainIds: readonly number[]
  /** The contracts whose events can change it. */
  readonly contracts: readonly ContractName[]
  /** What is there now: how often it is to be read again, and where it was read. */
  readonly ground: () => { readonly pace: Pace; readonly freshness: readonly Freshness[] }
  /** Told to read it again. */
  readonly refresh: () => void
}

/** What keeps values up to date: one follower for each chain that somebody looks at, and none for the others. */
export type Live = {
  readonly client: Client
  /** Keeps a value up to date until the function that it gives is called. */
  readonly watch: (watched: Watched) => () => void
  /** Follows chains until the function that it gives is called. */
  readonly follow: (chainIds: readonly number[]) => () => void
  readonly statusOf: (chainId: number) => ChainStatus
  /** Tells of every new status until the function that it gives is called. */
  readonly onStatus: (listener: () => void) => () => void
  /**
   * Throws for a chain whose finality broke: what a node says of it now contradicts what was permanent.
   *
   * @throws ChainHaltedError
   */
  readonly requireRunning: (chainIds: readonly number[]) => void
}

/**
 * Creates what keeps values up to date. Does nothing until somebody looks.
 *
 * @param onFault Told of what a follower threw and could not mend: a mistake in the code of whoever is told.
 */
export function createLive(client: Client, onFault: (error: unknown) => void = tell): Live {
  const statuses = new Map<number, ChainStatus>()
  const watches = new Set<Watched>()
  const listeners = new Set<() => void>()

  const statusOf = (chainId: number) => {
    const known = statuses.get(chainId) ?? unseen(chainId)
    statuses.set(chainId, known)
    return known
  }
  const onStatus = (status: ChainStatus) => {
    if (isSame(statusOf(status.chainId), status)) return
    statuses.set(status.chainId, status)
    for (const listener of listeners) listener()
  }
  const onChange = (change: ChainChange) => {
    for (const watched of [...watches]) if (concerns(client, watched, change)) watched.refresh()
  }
  const follow = createFollowers(client, { onChange, onStatus, onFault })
  return {
    client,
    follow,
    statusOf,
    watch(watched) {
      watches.add(watched)
      const leave = follow(watched.chainIds)
      return once(() => {
        watches.delete(watched)
        leave()
      })
    },
    onStatus(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    requireRunning(chainIds) {
      for (const chainId of chainIds) {
        const { halt } = statusOf(chainId)
        if (halt !== undefined) throw new ChainHaltedError({ chainId, ...halt })
      }
    },
  }
}

/** As uncaught: browsers have a word for that, servers that render do not. */
function tell(error: unknown): void {
  if (typeof reportError === 'function') reportError(error)
  else
    queueMicrotask(() => {
      throw error
    })
}

type Told = Pick<FollowChainParameters, 'onChange' | 'onStatus'> & { readonly onFault: (error: unknown) => void }

/** One follower for each chain that is wanted, for as long as somebody wants it. */
function createFollowers(client: Client, { onFault, ...told }: Told): Live['follow'] {
  const followers = new Map<number, { readonly stop: AbortController; count: number }>()
  const hold = (chainId: number) => {
    const running = followers.get(chainId)
    if (running !== undefined) return running.count++
    const stop = new AbortController()
    followers.set(chainId, { stop, count: 1 })
    followChain(client, { chainId, signal: stop.signal, ...told }).catch(onFault)
  }
  const release = (chainId: number) => {
    const running = followers.get(chainId)
    if (running === undefined || --running.count > 0) return
    running.stop.abort()
    followers.delete(chainId)
  }
  return (chainIds) => {
    for (const chainId of chainIds) chainOf(client, chainId)
    for (const chainId of chainIds) hold(chainId)
    return once(() => {
      for (const chainId of chainIds) release(chainId)
    })
  }
}

function concerns(client: Client, { chainIds, contracts, ground }: Watched, change: ChainChange): boolean {
  if (!chainIds.includes(change.chainId)) return false
  const { deployment } = chainOf(client, change.chainId)
  const addresses = new Set(contracts.flatMap((name) => deployment[name]?.toLowerCase() ?? []))
  return isStale({ contracts: addresses, ...ground() }, change)
}

function isSame(a: ChainStatus, b: ChainStatus): boolean {
  const keys = ['head', 'headTimestamp', 'final', 'reorgs', 'trouble', 'halt'] as const
  return keys.every((key) => a[key] === b[key])
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    work()
  }
}
