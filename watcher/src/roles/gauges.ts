import { formatEther } from 'viem'
import { type Loop, startLoop } from '../ops/loop.ts'
import type { Context } from '../watcherContext.ts'

/** Keeps the gauges of each chain current. */
export function gaugeChains(context: Context): Loop {
  let round = 0
  const work = async () => {
    for (const { chainId, sync, rpc } of context.chains.values()) {
      const chain = { chain: `${chainId}` }
      const { head, target, final, halt, counters } = sync.status()
      context.metrics.headBlock.set(chain, Number(head ?? 0n))
      context.metrics.finalBlock.set(chain, Number(target ?? 0n))
      context.metrics.syncedBlock.set(chain, Number(final?.number ?? 0n))
      context.metrics.reorgs.set(chain, counters.reorgs)
      context.metrics.incomplete.set(chain, counters.incomplete)
      context.metrics.disagreements.set(chain, counters.disagreements)
      if (halt !== undefined) context.metrics.halted.set({ ...chain, reason: halt.reason }, 1)
      if (context.deliverer === undefined || round % 30 !== 0) continue
      const balance = await rpc.call('eth_getBalance', [context.deliverer.address, 'latest']).catch(() => undefined)
      if (typeof balance === 'string') context.metrics.walletBalance.set(chain, Number(formatEther(BigInt(balance))))
    }
    round++
  }
  return startLoop({ name: 'gauges', everyMs: 1_000, work, log: context.log, wait: context.outside.wait })
}
