import type { MessageStatus } from '../abis/enums.ts'
import type { Freshness } from '../actions/defineRead.ts'
import { type Client, chainOf } from '../client.ts'
import { getLane } from '../gateway/getLane.ts'
import { getLink, type LaneLink } from '../gateway/getLink.ts'
import { getStatus } from '../gateway/getStatus.ts'
import { useHanse } from './provider.ts'
import { type Gathered, useReads } from './useRead.ts'

/** What `useLanes` takes. */
export type UseLanesParameters = {
  /** Default: all of the client. */
  readonly chainIds?: readonly number[]
}

/** A lane, from both of its ends. */
export type LaneRow = {
  readonly originChainId: number
  readonly destinationChainId: number
  /** How many messages its origin has sent. */
  readonly sent: bigint
  /** Where the newest of them stands. Undefined: none was sent. */
  readonly newest: MessageStatus | undefined
  /** What its destination knows of it. */
  readonly link: LaneLink
}

type LaneRead = { readonly row: LaneRow; readonly freshness: readonly Freshness[] }

/**
 * The lanes between all chains, read again when something is sent, delivered, linked or stopped.
 *
 * @example
 * ```tsx
 * import { useLanes } from '@hanse/sdk/react'
 *
 * function Lanes() {
 *   const { items } = useLanes()
 *   return (
 *     <ul>
 *       {items.map(({ originChainId, destinationChainId, sent, newest }) => (
 *         <li key={`${originChainId} ${destinationChainId}`}>{originChainId} to {destinationChainId}: {`${sent}`}, the newest {newest}</li>
 *       ))}
 *     </ul>
 *   )
 * }
 * ```
 */
export function useLanes({ chainIds }: UseLanesParameters = {}): Gathered<LaneRow> {
  const { client } = useHanse()
  const ids = chainIds ?? [...client.chains.keys()]
  const pairs = ids.flatMap((from) => ids.flatMap((to) => (from === to ? [] : [{ from, to }])))
  const questions = pairs.map(({ from, to }) => ({
    ...{ verb: 'lane', parameters: { from, to }, chainIds: [from, to] },
    // A stop of a lane ends by itself, by the clock.
    pace: ({ row }: LaneRead) => (row.link.stoppedUntil > 0 ? ('blocks' as const) : ('events' as const)),
    contracts: ['gateway'] as const,
    freshnessOf: ({ freshness }: LaneRead) => freshness,
    read: (client: Client) => readLane(client, { from, to }),
  }))
  return useReads(questions, rowsOf)
}

const rowsOf = (answers: readonly LaneRead[]) => answers.map(({ row }) => row)

async function readLane(client: Client, { from, to }: { readonly from: number; readonly to: number }): Promise<LaneRead> {
  const { gateway: originGateway } = chainOf(client, from).deployment
  const lane = { originChainId: BigInt(from), originGateway, destinationChainId: BigInt(to) }
  const { value, freshness: origin } = await getLane(client, { chainId: from, destinationChainId: to })
  const { value: link, freshness: destination } = await getLink(client, { chainId: to, lane })
  const at = { chainId: to, lane, at: destination.blockNumber }
  const newest = value.nonce === 0n ? undefined : (await getStatus(client, { ...at, nonce: value.nonce - 1n })).value
  const row = { originChainId: from, destinationChainId: to, sent: value.nonce, newest, link }
  return { row, freshness: [origin, destination] }
}
