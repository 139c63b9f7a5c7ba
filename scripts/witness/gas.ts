import type { Hex } from 'viem'
import { eventsOf, type ObservedChain, type SuiteEvent } from './observe.ts'
import { inPieces } from './reconcile.ts'

/** Gas of one kind of step: whole transactions, averaged over what they did. */
export type GasOfStep = { step: string; gas: number; count: number; transactions: number }

/** Which event shows a step, and how many things its transaction did. */
const steps = [
  { step: 'open', event: 'TaskOpened' },
  { step: 'request by portal', event: 'TaskRequested' },
  { step: 'deliver, per message', event: 'BatchDelivered' },
  { step: 'verdict and pay', event: 'TaskReceipt' },
  { step: 'lapse', event: 'TaskReopened' },
] as const satisfies readonly { step: string; event: SuiteEvent['eventName'] }[]

/** What each step of the run cost, by the receipts of its transactions. */
export async function gasOfSteps(chains: readonly ObservedChain[]): Promise<readonly GasOfStep[]> {
  const rows = await Promise.all(
    steps.map(async ({ step, event }) => {
      const found = chains.map((chain) => ({ chain, counts: countByTransaction(chain, event) }))
      const transactions = found.flatMap(({ chain, counts }) => [...counts.keys()].map((hash) => ({ chain, hash })))
      const gas = await inPieces(transactions, async ({ chain, hash }) => (await chain.client.getTransactionReceipt({ hash })).gasUsed)
      const count = found.flatMap(({ counts }) => [...counts.values()]).reduce((sum, value) => sum + value, 0)
      const total = gas.reduce((sum, value) => sum + value, 0n)
      return { step, gas: count === 0 ? 0 : Math.round(Number(total) / count), count, transactions: gas.length }
    }),
  )
  return rows.filter(({ count }) => count > 0)
}

function countByTransaction(chain: ObservedChain, name: SuiteEvent['eventName']): ReadonlyMap<Hex, number> {
  const counts = new Map<Hex, number>()
  for (const event of eventsOf(chain).filter(({ eventName }) => eventName === name)) {
    const done = event.eventName === 'BatchDelivered' ? Number(event.args.count) : 1
    counts.set(event.transactionHash, (counts.get(event.transactionHash) ?? 0) + done)
  }
  return counts
}
