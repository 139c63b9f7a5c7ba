import type { Chain } from '../chain.ts'
import { leadsTo } from '../chain.ts'
import { createInbound, deliverableSince, type Inbound, noteVouched, pendingNonces, readLink, wayOf } from '../deliver/inbound.ts'
import { planBatches, type ReadyMessage } from '../deliver/plan.ts'
import { rankOf } from '../deliver/rank.ts'
import { retryFailed } from '../deliver/retry.ts'
import { sendBatch } from '../deliver/send.ts'
import { vouchedNonces } from '../deliver/vouched.ts'
import type { Payer, Sender } from '../nonces/sender.ts'
import { type Loop, startLoop } from '../ops/loop.ts'
import type { Context } from '../watcherContext.ts'

/** Most messages and bytes of one delivery. */
const limits = { messages: 100, bytes: 100_000 }

/** For how many turns a watcher further back holds still while the lane moves. */
const maxPatience = 6

/** What delivering to one chain needs. */
type Delivering = { context: Context; chain: Chain; sender: Sender; from: Payer; isAlive: (member: string) => boolean }

/** Brings messages to one chain: whatever is vouched for and not consumed there yet. */
export function startDelivering(delivering: Delivering): Loop {
  const { context, chain } = delivering
  const inbounds = [...context.lanes.values()].filter((lane) => leadsTo(lane, chain.chainId)).map((lane) => createInbound({ lane, chain }))
  const work = async () => {
    if (chain.sync.status().halt !== undefined || context.store.pauses.has('deliver', chain.chainId)) return
    if (!context.vault.has({ role: 'deliver', chainId: chain.chainId })) return
    for (const inbound of inbounds) await deliverLane({ ...delivering, inbound })
  }
  const loop = startLoop({ name: `deliver ${chain.chainId}`, everyMs: 1_000, work, log: context.log, wait: context.outside.wait })
  context.events.on('attested', loop.wake)
  context.events.on('head', (chainId) => {
    if (chainId === chain.chainId) loop.wake()
  })
  context.events.on('reorg', (chainId) => {
    if (chainId === chain.chainId) context.store.deliveries.unsee(chainId)
  })
  return loop
}

async function deliverLane(delivering: Delivering & { inbound: Inbound }): Promise<void> {
  const { context, chain, inbound } = delivering
  const { laneKey, originChainId } = inbound.lane
  // What was vouched for before the origin broke its finality may not be there any more.
  if (context.chains.get(originChainId)?.sync.status().halt !== undefined) return
  const now = context.now()
  const waiting = context.store.deliveries.countPending(wayOf(inbound))
  const { roster } = chain
  await retryFailed(delivering)
  if (waiting === 0 || now < inbound.pausedUntil) return
  if ((await readLink({ inbound, now })) === undefined || roster === undefined) return
  const pending = await pendingNonces({ context, inbound })
  const lowest = pending[0]
  if (lowest === undefined) return
  const nonces = vouchedNonces({ context, roster, laneKey, after: lowest })
  noteVouched({ inbound, lowest, upTo: nonces.at(-1) ?? 0, now })
  const messages = readyMessages({ ...delivering, pending, members: roster.members })
  const gas = chain.config.maxBatchGas
  for (const batch of planBatches({ messages, limits: { ...limits, gas } }))
    await sendBatch({ ...delivering, roster, messages: batch, nonces })
}

/** Of what waits, what this watcher should bring now: vouched for, not under way, and its turn has come. */
function readyMessages(
  parameters: Delivering & { inbound: Inbound; pending: readonly number[]; members: readonly `0x${string}`[] },
): readonly ReadyMessage[] {
  const { context, chain, sender, inbound, pending, members, isAlive } = parameters
  const { laneKey } = inbound.lane
  const now = context.now()
  const stagger = 2 * Math.max(chain.sync.status().blockMs ?? 1_000, 100) + 300
  const self = context.attester?.address
  const busy = new Set<number>()
  for (const purpose of sender.openPurposes()) {
    if (purpose.kind === 'deliver' && purpose.laneKey === laneKey) for (let at = 0; at < purpose.count; at++) busy.add(purpose.first + at)
  }
  const isDue = (nonce: number) => {
    const since = deliverableSince({ inbound, nonce })
    if (since === undefined || busy.has(nonce)) return false
    // While the lane moves, whoever stands further back waits: but not for ever, the one in front may be alive and yet unable to pay.
    const start = Math.max(since, Math.min(inbound.movedAt, since + maxPatience * stagger))
    return now - start >= rankOf({ seed: laneKey, nonce, members, self, isAlive }) * stagger
  }
  const due = new Set(pending.filter(isDue))
  const [first, last] = [Math.min(...due), Math.max(...due)]
  if (due.size === 0) return []
  return context.store.messages
    .range({ laneKey, from: first, to: last + 1 })
    .flatMap(({ nonce, message }) => (message !== undefined && due.has(nonce) ? [{ nonce, message }] : []))
}
