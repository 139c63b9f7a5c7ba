import { isRecord, type RpcReply } from '@hanse/sdk/sync'
import { formatEther } from 'viem'
import { type Chain, type LaneEntry, leadsTo } from '../chain.ts'
import { type Loop, startLoop } from '../ops/loop.ts'
import type { Context } from '../watcherContext.ts'
import { laneName } from './attest.ts'

/** Milliseconds between turns. */
const everyMs = 1_000
/** Milliseconds between looks that cost a request, while the deliverer sends nothing. */
const lookMs = 600_000
/** And while it sends. */
const busyMs = 15_000

/** What the last turn saw. */
type Seen = { endedAt: number | undefined; readonly lookedAt: Map<number, number>; readonly counted: Map<string, number> }

/** Keeps the gauges current: what is here is read when somebody asks for it, what costs a request or happens between is looked at all the time. */
export function gaugeChains(context: Context): Loop {
  const seen: Seen = { endedAt: undefined, lookedAt: new Map(), counted: new Map() }
  context.metrics.onRead(() => {
    gaugeProcess(context)
    for (const chain of context.chains.values()) {
      gaugeChain(context, chain, seen)
      gaugeLedger(context, chain)
    }
    for (const lane of context.lanes.values()) gaugeLane(context, lane)
  })
  const work = async () => {
    const { endedAt } = seen
    if (endedAt !== undefined) context.metrics.eventLoopLag.set({}, Math.max(0, context.now() - endedAt - everyMs) / 1_000)
    for (const chain of context.chains.values()) await look(context, chain, seen)
    seen.endedAt = context.now()
  }
  return startLoop({ name: 'gauges', everyMs, work, log: context.log, wait: context.outside.wait })
}

function gaugeProcess({ metrics, store }: Context): void {
  metrics.residentMemory.set({}, process.memoryUsage.rss())
  metrics.paused.reset()
  for (const { role, chainId } of store.pauses.list()) metrics.paused.set({ role, chain: `${chainId}` }, 1)
}

function gaugeChain({ metrics }: Context, { chainId, sync }: Chain, { counted }: Seen): void {
  const chain = { chain: `${chainId}` }
  const { head, target, final, halt, counters } = sync.status()
  metrics.headBlock.set(chain, Number(head ?? 0n))
  metrics.finalBlock.set(chain, Number(target ?? 0n))
  metrics.syncedBlock.set(chain, Number(final?.number ?? 0n))
  for (const name of ['reorgs', 'incomplete', 'disagreements'] as const) {
    const key = `${chainId} ${name}`
    metrics[name].inc(chain, Math.max(0, counters[name] - (counted.get(key) ?? 0)))
    counted.set(key, counters[name])
  }
  if (halt !== undefined) metrics.halted.set({ ...chain, reason: halt.reason }, 1)
}

function gaugeLane({ metrics, store, chains, now }: Context, lane: LaneEntry): void {
  const { laneKey } = lane
  const name = laneName(lane)
  metrics.messages.set({ lane: name, state: 'final' }, store.messages.count(laneKey))
  for (const { chainId } of chains.values()) {
    if (!leadsTo(lane, chainId)) continue
    metrics.messages.set({ lane: name, state: `on the way to ${chainId}` }, store.deliveries.countPending({ laneKey, chainId }))
    const nonce = store.deliveries.oldest({ laneKey, chainId })
    const [message] = nonce === undefined ? [] : store.messages.range({ laneKey, from: nonce, to: nonce + 1 })
    metrics.oldestUndelivered.set({ lane: name, chain: `${chainId}` }, message === undefined ? 0 : (now() - message.at) / 1_000)
  }
}

function gaugeLedger({ metrics, store, deliverer, now }: Context, { chainId }: Chain): void {
  if (deliverer === undefined) return
  const rows = store.ledger.open({ chainId, sender: deliverer.address })
  const lowest = rows.find(({ state }) => state === 'live')
  const since = lowest && Math.min(...rows.filter(({ nonce }) => nonce === lowest.nonce).map(({ at }) => at))
  metrics.liveSlots.set({ chain: `${chainId}` }, rows.length)
  metrics.holeAge.set({ chain: `${chainId}` }, since === undefined ? 0 : (now() - since) / 1_000)
}

/** A look costs a request, so it is taken often only where something is spent. */
async function look(context: Context, { chainId, rpc }: Chain, { lookedAt }: Seen): Promise<void> {
  const { deliverer, metrics, store } = context
  const isBusy = deliverer !== undefined && store.ledger.open({ chainId, sender: deliverer.address }).length > 0
  const age = context.now() - (lookedAt.get(chainId) ?? Number.NEGATIVE_INFINITY)
  if (age < (isBusy ? busyMs : lookMs)) return
  lookedAt.set(chainId, context.now())
  const balance = deliverer && { method: 'eth_getBalance', params: [deliverer.address, 'latest'] }
  const calls = [{ method: 'eth_getBlockByNumber', params: ['safe', false] }, ...(balance === undefined ? [] : [balance])]
  const [safe, coin] = await rpc.batch(calls).catch((): readonly RpcReply[] => [])
  const block = resultOf(safe)
  if (isRecord(block)) metrics.safeBlock.set({ chain: `${chainId}` }, Number(block.number))
  const wei = resultOf(coin)
  if (typeof wei === 'string') metrics.walletBalance.set({ chain: `${chainId}` }, Number(formatEther(BigInt(wei))))
}

const resultOf = (reply: RpcReply | undefined): unknown => (reply?.ok ? reply.result : undefined)
