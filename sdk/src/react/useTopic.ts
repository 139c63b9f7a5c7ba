import { useEffect, useMemo, useState } from 'react'
import type { Hex } from 'viem'
import { contractIn } from '../actions/contractIn.ts'
import type { Fresh, Freshness } from '../actions/defineRead.ts'
import { type Client, chainOf } from '../client.ts'
import { BaseError } from '../errors/base.ts'
import type { TopicEntry } from '../topic/append.ts'
import { getTopic, type TopicView } from '../topic/getTopic.ts'
import { subscribe } from '../topic/subscribe.ts'
import { useHanse } from './provider.ts'
import { followersOf } from './untilAborted.ts'
import { useRead } from './useRead.ts'

/** What `useTopic` takes. */
export type UseTopicParameters = {
  /** Its home. */
  readonly chainId: number
  readonly space: Hex
  readonly topic: Hex
}

/** A topic as it is followed. */
export type TopicReading = {
  /** The permanent entries from the first one on, proved to be all up to the last of them. */
  readonly entries: readonly TopicEntry[]
  /** How many there are in the newest block; more than `entries` while the newest are not final. */
  readonly length: bigint | undefined
  readonly freshness: Freshness | undefined
  /** A provider that left out or changed an entry, or did not answer. The reading goes on. */
  readonly error: Error | undefined
}

/** What was read, and of what. */
type Read = { readonly of: unknown; readonly entries: readonly TopicEntry[]; readonly error: Error | undefined }

/**
 * The entries of a topic, each once and in order, none before it is permanent: a reorg takes none back.
 *
 * @example
 * ```tsx
 * import { useTopic } from '@hanse/sdk/react'
 * import { type Hex, hexToString } from 'viem'
 *
 * function Feed({ chainId, space, topic }: { chainId: number; space: Hex; topic: Hex }) {
 *   const { entries, length = 0n } = useTopic({ chainId, space, topic })
 *   return (
 *     <>
 *       <ol>{entries.map(({ sequence, data }) => <li key={`${sequence}`}>{hexToString(data)}</li>)}</ol>
 *       <p>{`${length - BigInt(entries.length)}`} not final yet</p>
 *     </>
 *   )
 * }
 * ```
 */
export function useTopic({ chainId, space, topic }: UseTopicParameters): TopicReading {
  const { client } = useHanse()
  const { data, error } = useRead<Fresh<TopicView>>({
    ...{ verb: 'topic', parameters: { chainId, space, topic }, chainIds: [chainId] },
    contracts: ['blackboard'],
    freshnessOf: ({ freshness }) => [freshness],
    read: (client) => getTopic(client, { chainId, space, topic }),
  })
  const place = useMemo(() => ({ client, chainId, space, topic }), [client, chainId, space, topic])
  const [read, setRead] = useState<Read>({ of: place, entries: [], error: undefined })
  useEffect(() => {
    const life = new AbortController()
    setRead({ of: place, entries: [], error: undefined })
    const onFault = (fault: unknown) => {
      const error = fault instanceof Error ? fault : new BaseError(String(fault))
      if (!life.signal.aborted) setRead((before) => ({ ...before, error }))
    }
    const onEntry = (entry: TopicEntry) => {
      if (!life.signal.aborted) setRead(({ of, entries }) => ({ of, entries: [...entries, entry], error: undefined }))
    }
    subscribe({ ...sourceOf(place, life.signal), onEntry, onFault, signal: life.signal }).catch(onFault)
    return () => life.abort()
  }, [place])
  // The first look at another topic comes before the effect that forgets this one.
  const { entries, error: fault } = read.of === place ? read : { entries: none, error: undefined }
  return { entries, length: data?.value.length, freshness: data?.freshness, error: fault ?? error ?? undefined }
}

const none: readonly TopicEntry[] = []

type Place = UseTopicParameters & { readonly client: Client }

function sourceOf({ client, chainId, space, topic }: Place, signal: AbortSignal) {
  const { deployment, finality } = chainOf(client, chainId)
  const board = contractIn(deployment, 'blackboard')
  return { ...followersOf(client, { chainId, signal }), finality, board, startBlock: BigInt(deployment.startBlock), space, topic }
}
