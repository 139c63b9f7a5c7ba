import { formatEther } from 'viem'
import type { Chain } from '../chain.ts'
import { type Loop, startLoop } from '../ops/loop.ts'
import type { Context } from '../watcherContext.ts'

/** Milliseconds between looks at what a deliverer has left, while it sends nothing. */
const balanceMs = 600_000
/** And while it sends. */
const busyMs = 15_000

/** Keeps the gauges of each chain current. */
export function gaugeChains(context: Context): Loop {
  const lookedAt = new Map<number, number>()
  const work = async () => {
    for (const chain of context.chains.values()) {
      gaugeChain(context, chain)
      await gaugeBalance(context, chain, lookedAt)
    }
  }
  return startLoop({ name: 'gauges', everyMs: 1_000, work, log: context.log, wait: context.outside.wait })
}

function gaugeChain({ metrics }: Context, { chainId, sync }: Chain): void {
  const chain = { chain: `${chainId}` }
  const { head, target, final, halt, counters } = sync.status()
  metrics.headBlock.set(chain, Number(head ?? 0n))
  metrics.finalBlock.set(chain, Number(target ?? 0n))
  metrics.syncedBlock.set(chain, Number(final?.number ?? 0n))
  metrics.reorgs.set(chain, counters.reorgs)
  metrics.incomplete.set(chain, counters.incomplete)
  metrics.disagreements.set(chain, counters.disagreements)
  if (halt !== undefined) metrics.halted.set({ ...chain, reason: halt.reason }, 1)
}

/** A look costs a request, so it is taken often only where something is spent. */
async function gaugeBalance(context: Context, { chainId, rpc }: Chain, lookedAt: Map<number, number>): Promise<void> {
  const { deliverer, metrics, store } = context
  if (deliverer === undefined) return
  const isBusy = store.ledger.open({ chainId, sender: deliverer.address }).length > 0
  const age = context.now() - (lookedAt.get(chainId) ?? Number.NEGATIVE_INFINITY)
  if (age < (isBusy ? busyMs : balanceMs)) return
  lookedAt.set(chainId, context.now())
  const balance = await rpc.call('eth_getBalance', [deliverer.address, 'latest']).catch(() => undefined)
  if (typeof balance === 'string') metrics.walletBalance.set({ chain: `${chainId}` }, Number(formatEther(BigInt(balance))))
}
