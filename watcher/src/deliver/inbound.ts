import { messageStatusValues } from '@hanse/sdk/enums'
import type { Address, Hex } from 'viem'
import type { Chain, LaneEntry } from '../chain.ts'
import { readViews, views } from '../rpc/reads.ts'
import type { Context } from '../watcherContext.ts'

/** Messages looked at in one go. */
const maxLook = 512

/** What a watcher knows of one lane at one destination. */
export type Inbound = {
  readonly lane: LaneEntry
  readonly chain: Chain
  /** Every nonce below is final here, or never runs here. */
  floor: number
  /** Nonces that are over by the latest block, with the block at which that was seen. */
  readonly seen: Map<number, bigint>
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
  return { lane, chain, floor: 0, seen: new Map(), vouched: [], link: undefined, linkReadAt: 0, pausedUntil: 0 }
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
    inbound.floor = Math.max(inbound.floor, inbound.link?.firstNonce ?? 0)
  }
  const { link } = inbound
  return link === undefined || link.stoppedUntil * 1000 > now ? undefined : link
}

/** The nonces below `count` that still wait to be brought by the latest block. Notes what is over, and settles what is over for good. */
export async function pendingNonces({
  context,
  inbound,
  count,
}: {
  context: Context
  inbound: Inbound
  count: number
}): Promise<readonly number[]> {
  const { lane, chain, seen } = inbound
  const { laneKey } = lane
  const settled = context.store.deliveries.settled({ laneKey, chainId: chain.chainId, from: inbound.floor })
  while (inbound.floor < count && settled.has(inbound.floor)) inbound.floor++
  const open: number[] = []
  for (let nonce = inbound.floor; nonce < count && open.length < maxLook; nonce++) if (!settled.has(nonce)) open.push(nonce)
  await confirm({ context, inbound, nonces: open.filter((nonce) => seen.has(nonce)) })
  const unseen = open.filter((nonce) => !seen.has(nonce) && !settled.has(nonce))
  const statuses = await readStatuses({ inbound, nonces: unseen })
  const head = chain.sync.status().head ?? 0n
  const pending: number[] = []
  for (const [index, nonce] of unseen.entries()) {
    if (statuses[index] === 'Pending') pending.push(nonce)
    else {
      seen.set(nonce, head)
      const at = context.store.messages.range({ laneKey, from: nonce, to: nonce + 1 })[0]?.at
      if (at !== undefined) context.metrics.beyondFinality.observe({ chain: `${chain.chainId}` }, (context.now() - at) / 1000)
    }
  }
  return pending
}

/** What was over by the latest block is over for good when a final block says so too; a reorg may have undone it. */
async function confirm({ context, inbound, nonces }: { context: Context; inbound: Inbound; nonces: readonly number[] }): Promise<void> {
  const { lane, chain, seen } = inbound
  const final = chain.sync.status().final?.number
  if (final === undefined) return
  const due = nonces.filter((nonce) => (seen.get(nonce) ?? final + 1n) <= final)
  const statuses = await readStatuses({ inbound, nonces: due, block: final })
  context.store.transact(() => {
    for (const [index, nonce] of due.entries()) {
      const status = statuses[index]
      seen.delete(nonce)
      if (status === undefined || status === 'Pending') continue
      context.store.deliveries.settle({ laneKey: lane.laneKey, chainId: chain.chainId, nonce, status })
    }
  })
}

async function readStatuses({
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
  )
  return answers.map((status) => messageStatusValues[status])
}

/** Whether a range holds a message that still waits. */
export async function hasPending({
  chain,
  lane,
  first,
  count,
}: {
  chain: Chain
  lane: LaneEntry
  first: number
  count: number
}): Promise<boolean> {
  const nonces = Array.from({ length: count }, (_, index) => first + index)
  const statuses = await readStatuses({ inbound: createInbound({ lane, chain }), nonces })
  return statuses.includes('Pending')
}

/** Since when a message could have been brought; undefined when no head covers it yet. */
export function deliverableSince({ inbound, nonce }: { inbound: Inbound; nonce: number }): number | undefined {
  return inbound.vouched.find(({ upTo }) => upTo > nonce)?.since
}

/** Notes up to where the lane is vouched for now. */
export function noteVouched({ inbound, upTo, now }: { inbound: Inbound; upTo: number; now: number }): void {
  const kept = inbound.vouched.filter((entry) => entry.upTo > inbound.floor)
  const top = kept.at(-1)?.upTo ?? 0
  inbound.vouched = upTo > top ? [...kept, { upTo, since: now }] : kept
}

/** Names of a lane's messages for logs. */
export const placeOf = (inbound: Inbound, nonce: number): { laneKey: Hex; chainId: number; nonce: number } => ({
  laneKey: inbound.lane.laneKey,
  chainId: inbound.chain.chainId,
  nonce,
})
