import { getBlock } from 'viem/actions'
import { finalBlockNumberOf } from '../actions/defineRead.ts'
import { type Client, chainOf, clientOf } from '../client.ts'
import { messageOf } from '../errors/base.ts'
import { createSync, delay, type Sync } from '../sync/createSync.ts'
import type { SyncStatus } from '../sync/types.ts'
import { type ChainChange, type ChainStatus, createCollector } from './changes.ts'
import { followersOf, untilAborted } from './untilAborted.ts'

/** What `followChain` takes. */
export type FollowChainParameters = {
  readonly chainId: number
  /** Ends it. */
  readonly signal: AbortSignal
  /** Told after every look that found something new. */
  readonly onChange: (change: ChainChange) => void
  /** Told before that, when the status is another. */
  readonly onStatus: (status: ChainStatus) => void
}

/** How a chain stands that nobody looked at yet. */
export function unseen(chainId: number): ChainStatus {
  return { chainId, head: undefined, headTimestamp: undefined, final: undefined, reorgs: 0, trouble: undefined, halt: undefined }
}

/**
 * Follows a chain from its newest final block on, over the one event engine: looks every `pollingIntervalMs` of the client, and tells what is
 * new. What happened before is not told: whoever has values reads them when they hear of the first look. Resolves when `signal` aborts or
 * the chain is halted.
 */
export async function followChain(client: Client, { chainId, signal, onChange, onStatus }: FollowChainParameters): Promise<void> {
  const { note, flush } = createCollector(chainId)
  let sync: Sync | undefined
  let status = unseen(chainId)
  while (!signal.aborted) {
    let next: ChainStatus
    let hasMore = false
    try {
      sync ??= await openSync(client, { chainId, signal, onNotification: note })
      hasMore = await sync.step()
      next = statusOf(sync.status())
    } catch (error) {
      next = { ...status, trouble: messageOf(error) }
    }
    if (signal.aborted) return
    const isTurn = hasTurned(status, next)
    const change = flush({ hasNewHead: next.head !== status.head, hasNewFinal: next.final !== status.final, isTurn })
    status = next
    onStatus(next)
    if (isTurn || change.hasNewHead || change.hasNewFinal || change.contracts.size > 0 || change.goneFrom !== undefined) onChange(change)
    if (next.halt !== undefined) return
    if (!hasMore) await delay(client.pollingIntervalMs, signal)
  }
}

type Opening = Pick<FollowChainParameters, 'chainId' | 'signal'> & Pick<createSync.Parameters, 'onNotification'>

/** Everything that the suite says on a chain from the block on that is not final yet. */
async function openSync(client: Client, { chainId, signal, onNotification }: Opening): Promise<Sync> {
  const chain = chainOf(client, chainId)
  const connection = clientOf(untilAborted(client, signal), chainId)
  const { number: latest } = await getBlock(connection, { blockTag: 'latest' })
  const final = await finalBlockNumberOf({ chain, connection, latest })
  return createSync({
    ...followersOf(client, { chainId, signal }),
    finality: chain.finality,
    sources: contractsOf(client, chainId).map((address) => ({ address })),
    startBlock: final + 1n,
    onNotification,
    now: client.now,
  })
}

function contractsOf(client: Client, chainId: number) {
  const { chainId: _, startBlock: __, ...contracts } = chainOf(client, chainId).deployment
  return Object.values(contracts)
}

function statusOf({ chainId, head, headTimestamp, target, halt, lastError, counters }: SyncStatus): ChainStatus {
  return { chainId, head, headTimestamp, final: target, reorgs: counters.reorgs, trouble: lastError, halt }
}

/** The first look, the first one that fails or goes well again, and the end. */
function hasTurned(before: ChainStatus, after: ChainStatus): boolean {
  const isFirst = before.head === undefined && after.head !== undefined
  return isFirst || (before.trouble === undefined) !== (after.trouble === undefined) || before.halt !== after.halt
}
