import { messageStatusValues } from '@hanse/sdk/enums'
import type { Address } from 'viem'
import type { Chain, LaneEntry } from '../chain.ts'
import { traceMessage } from '../ops/traces.ts'
import { readViews, views } from '../rpc/reads.ts'
import type { Way } from '../store/deliveries.ts'
import type { Context } from '../watcherContext.ts'

/** Messages looked at in one go. */
const maxLook = 512

/** What a watcher knows of one lane at one destination, besides what the store holds. */
export type Inbound = {
  readonly lane: LaneEntry
  readonly chain: Chain
  /** What waited by the block `head`: it is not asked about again before the next one. */
  looked: { readonly head: bigint; readonly pending: ReadonlySet<number> }
  /** When a message of the lane was last seen to be over, milliseconds: somebody is at it. */
  movedAt: number
  /** Up to which nonce messages could be brought, and since when (milliseconds). */
  vouched: readonly { readonly upTo: number; readonly since: number }[]
  link: Link | undefined
  linkReadAt: number
  /** Nothing is tried before this time (milliseconds). */
  pausedUntil: number
}

/** How a lane is linked at its destination. */
export type Link = { readonly verifier: Address; readonly firstNonce: number; readonly stoppedUntil: number }

/** Starts knowing nothing. */
export function createInbound({ lane, chain }: { lane: LaneEntry; chain: Chain }): Inbound {
  return { lane, chain, looked: { head: -1n, pending: new Set() }, movedAt: 0, vouched: [], link: undefined, linkReadAt: 0, pausedUntil: 0 }
}

/** How the lane is linked, read again now and then; undefined while it is not, or while it is stopped or vouched for by something else. */
export async function readLink({ inbound, now }: { inbound: Inbound; now: number }): Promise<Link | undefined> {
  const { chain, lane } = inbound
  const isFresh = now - inbound.linkReadAt < (inbound.link === undefined ? 1_000 : 15_000)
  if (!isFresh) {
    const [answer] = await readViews(chain.rpc, [views.linkOf(chain.config.deployment.gateway, lane.lane)])
    const isOurs = answer?.[0].toLowerCase() === chain.config.deployment.watcherSet
    inbound.link =
      answer !== undefined && isOurs ? { verifier: answer[0], firstNonce: Number(answer[1]), stoppedUntil: Number(answer[2]) } : undefined
    inbound.linkReadAt = now
  }
  const { link } = inbound
  return link === undefined || link.stoppedUntil * 1000 > now ? undefined : link
}

/** The nonces that still wait to be brought by the latest block. Notes what is over, and settles what is over for good. */
export async function pendingNonces({ context, inbound }: { context: Context; inbound: Inbound }): Promise<readonly number[]> {
  const { chain } = inbound
  const way = wayOf(inbound)
  const { deliveries, messages } = context.store
  await confirm({ context, inbound })
  const waiting = deliveries.waiting({ ...way, at: context.now(), limit: maxLook })
  const head = chain.sync.status().head ?? 0n
  const known = inbound.looked.head === head ? inbound.looked.pending : new Set<number>()
  const nonces = waiting.filter((nonce) => !known.has(nonce))
  const statuses = await readStatuses({ inbound, nonces })
  const block = Number(head)
  const over = nonces.filter((_, index) => statuses[index] !== 'Pending')
  const see = () => {
    for (const nonce of over) deliveries.see({ ...way, nonce, block })
  }
  if (over.length > 0) context.store.transact(see)
  for (const nonce of over) {
    const [message] = messages.range({ laneKey: way.laneKey, from: nonce, to: nonce + 1 })
    if (message === undefined) continue
    const [from, to] = [message.at, context.now()]
    context.metrics.beyondFinality.observe({ chain: `${chain.chainId}` }, (to - from) / 1000)
    traceMessage({ id: message.leaf, name: 'execution', from, to, attributes: { chain: chain.chainId, nonce } })
  }
  if (over.length > 0) inbound.movedAt = context.now()
  const isOver = new Set(over)
  const pending = waiting.filter((nonce) => !isOver.has(nonce))
  inbound.looked = { head, pending: new Set(pending) }
  return pending
}

/** What was over by the latest block is over for good when a final block says so too; a reorg may have undone it. */
async function confirm({ context, inbound }: { context: Context; inbound: Inbound }): Promise<void> {
  const final = inbound.chain.sync.status().final?.number
  if (final === undefined) return
  const way = wayOf(inbound)
  const { deliveries } = context.store
  const due = deliveries.toConfirm({ ...way, final: Number(final), limit: maxLook })
  if (due.length === 0) return
  const statuses = await readStatuses({ inbound, nonces: due, block: final })
  context.store.transact(() => {
    for (const [index, nonce] of due.entries()) {
      const status = statuses[index]
      if (status === undefined || status === 'Pending') deliveries.see({ ...way, nonce, block: null })
      else deliveries.settle({ ...way, nonce, status })
      if (status === 'Failed') buryFailed({ context, inbound, nonce })
    }
  })
}

/** Why a message whose recipient refused it is a dead letter. */
export const failedReason = 'MessageFailed'

/** A message whose recipient refused it is tried again when a simulation says that it would go through, ever more rarely. */
export function buryFailed({ context, inbound, nonce }: { context: Context; inbound: Inbound; nonce: number }): void {
  const way = wayOf(inbound)
  const { deliveries } = context.store
  const tries = deliveries.deadLetter({ ...way, nonce })?.tries ?? 0
  if (tries === 0) context.metrics.deadLetters.inc({ reason: failedReason })
  const at = context.now()
  const retryAt = at + Math.min(3_000 * 2 ** tries, 3_600_000)
  deliveries.bury({ ...way, nonce, reason: failedReason, detail: 'its recipient reverted or gave the wrong answer', retryAt, at })
}

/** Where messages stand: by the latest block as one provider says, or by the final block `block` as enough of them agree. */
export async function readStatuses({
  inbound,
  nonces,
  block,
}: {
  inbound: Inbound
  nonces: readonly number[]
  block?: bigint
}): Promise<readonly (string | undefined)[]> {
  const { chain, lane } = inbound
  const { gateway } = chain.config.deployment
  const answers = await readViews(
    chain.rpc,
    nonces.map((nonce) => views.statusOf(gateway, lane.lane, BigInt(nonce), block)),
    block === undefined ? 'hint' : 'agreed',
  )
  return answers.map((status) => messageStatusValues[status])
}

/** Whether a range holds a message in a state. */
export async function hasStatus({
  chain,
  lane,
  first,
  count,
  wanted,
}: {
  chain: Chain
  lane: LaneEntry
  first: number
  count: number
  wanted: string
}): Promise<boolean> {
  const nonces = Array.from({ length: count }, (_, index) => first + index)
  const statuses = await readStatuses({ inbound: createInbound({ lane, chain }), nonces })
  return statuses.includes(wanted)
}

/** Since when a message could have been brought; undefined when no head covers it yet. */
export function deliverableSince({ inbound, nonce }: { inbound: Inbound; nonce: number }): number | undefined {
  return inbound.vouched.find(({ upTo }) => upTo > nonce)?.since
}

/** Notes up to where the lane is vouched for now. Forgets what lies below the lowest message that waits. */
export function noteVouched({ inbound, lowest, upTo, now }: { inbound: Inbound; lowest: number; upTo: number; now: number }): void {
  const kept = inbound.vouched.filter((entry) => entry.upTo > lowest)
  const top = kept.at(-1)?.upTo ?? 0
  inbound.vouched = upTo > top ? [...kept, { upTo, since: now }] : kept
}

/** The lane and the destination. */
export const wayOf = ({ lane, chain }: Inbound): Way => ({ laneKey: lane.laneKey, chainId: chain.chainId })
