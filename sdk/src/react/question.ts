import type { QueryClient, QueryKey, UseQueryOptions } from '@tanstack/react-query'
import type { Freshness } from '../actions/defineRead.ts'
import type { Client } from '../client.ts'
import { BaseError } from '../errors/base.ts'
import type { ContractName, Pace } from './changes.ts'
import { keyOf } from './keys.ts'
import type { Live } from './live.ts'
import { untilAborted } from './untilAborted.ts'

/** What makes one value different from the others. */
export type Question<data> = {
  /** Of the key. */
  readonly verb: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** The chains on which it rests. */
  readonly chainIds: readonly number[]
  readonly contracts: readonly ContractName[]
  /** Default: after events. */
  readonly pace?: (data: data) => Pace
  readonly freshnessOf: (data: data) => readonly Freshness[]
  /** Reads it, given what was there before. */
  readonly read: (client: Client, before: data | undefined) => Promise<data>
}

/** A question as TanStack's cache is asked it, with what has it answered again when the answer is stale. */
export type Asked<data> = {
  /** Equal for equal questions. */
  readonly id: string
  readonly options: UseQueryOptions<data, Error> & { readonly queryKey: QueryKey }
  /** Keeps the answer up to date until the function that it gives is called. */
  readonly watch: () => () => void
}

/** How many reads of an answer are under way, and whether something happened since the first of them began. */
type Reading = { count: number; isOld: boolean }

const readings = new WeakMap<QueryClient, Map<string, Reading>>()

function readingOf(queries: QueryClient, id: string): Reading {
  const known = readings.get(queries) ?? new Map<string, Reading>()
  readings.set(queries, known)
  const reading = known.get(id) ?? { count: 0, isOld: false }
  known.set(id, reading)
  return reading
}

/** Errors say themselves whether the same call may succeed later. */
function mayRetry(failures: number, error: Error): boolean {
  return failures < 2 && error instanceof BaseError && error.retryable
}

/** Puts a question to the cache. */
export function ask<data>(live: Live, queries: QueryClient, question: Question<data>): Asked<data> {
  const queryKey = keyOf(live.client, question.verb, question.parameters)
  const id = JSON.stringify(queryKey)
  const { chainIds, contracts, pace = () => 'events', freshnessOf } = question
  const again = () => void queries.invalidateQueries({ queryKey, exact: true })
  const watch = () =>
    live.watch({
      chainIds,
      contracts,
      ground() {
        const data = queries.getQueryData<data>(queryKey)
        return data === undefined ? { pace: 'events', freshness: [] } : { pace: pace(data), freshness: freshnessOf(data) }
      },
      // What is under way may have read before or after; it is not broken off, or a slow read on a quick chain would never end.
      refresh() {
        const reading = readings.get(queries)?.get(id)
        if (reading === undefined) again()
        else reading.isOld = true
      },
    })
  const queryFn = async ({ signal }: { readonly signal: AbortSignal }) => {
    live.requireRunning(chainIds)
    const reading = readingOf(queries, id)
    reading.count++
    try {
      return await question.read(untilAborted(live.client, signal), queries.getQueryData<data>(queryKey))
    } finally {
      reading.count--
      if (reading.count === 0) readings.get(queries)?.delete(id)
      if (reading.count === 0 && reading.isOld) {
        // The cache takes an answer for the newest when it comes; so it is told afterwards. An answer that nobody waits for does not come.
        if (signal.aborted) again()
        else setTimeout(again)
      }
    }
  }
  // Whether there is a network is for the chains to say: they may be on this machine.
  const options = { queryKey, queryFn, retry: mayRetry, retryDelay: live.client.pollingIntervalMs, networkMode: 'always' } as const
  return { id, options, watch }
}
