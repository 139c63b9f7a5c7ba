import { gatewayAbi, taskEscrowAbi, taskPortalAbi } from '@hanse/sdk/abis'
import { type Abi, type Hex, parseEventLogs } from 'viem'
import { logsOf, type ObservedChain } from './observe.ts'

/** Gas of one kind of step: whole transactions, averaged over what they did. */
export type GasOfStep = { step: string; gas: number; count: number; transactions: number }

/** Which event of which contract shows a step, and how many things its transaction did. */
const steps = [
  { step: 'open', abi: taskEscrowAbi, event: 'TaskOpened' },
  { step: 'request by portal', abi: taskPortalAbi, event: 'TaskRequested' },
  { step: 'deliver, per message', abi: gatewayAbi, event: 'BatchDelivered' },
  { step: 'verdict and pay', abi: taskEscrowAbi, event: 'TaskReceipt' },
  { step: 'lapse', abi: taskEscrowAbi, event: 'TaskReopened' },
] as const satisfies readonly { step: string; abi: Abi; event: string }[]

/** What each step of the run cost, by the receipts of its transactions. */
export async function gasOfSteps(chains: readonly ObservedChain[]): Promise<readonly GasOfStep[]> {
  const rows = await Promise.all(
    steps.map(async ({ step, abi, event }) => {
      const found = chains.map((chain) => ({ chain, counts: countByTransaction(chain, abi, event) }))
      const gas = await Promise.all(
        found.flatMap(({ chain, counts }) =>
          [...counts.keys()].map(async (hash) => (await chain.client.getTransactionReceipt({ hash })).gasUsed),
        ),
      )
      const count = found.flatMap(({ counts }) => [...counts.values()]).reduce((sum, value) => sum + value, 0)
      const total = gas.reduce((sum, value) => sum + value, 0n)
      return { step, gas: count === 0 ? 0 : Math.round(Number(total) / count), count, transactions: gas.length }
    }),
  )
  return rows.filter(({ count }) => count > 0)
}

function countByTransaction(chain: ObservedChain, abi: Abi, event: string): ReadonlyMap<Hex, number> {
  const counts = new Map<Hex, number>()
  for (const log of parseEventLogs({ abi, logs: logsOf(chain), eventName: event })) {
    const done = 'count' in log.args ? Number(log.args.count) : 1
    if (log.transactionHash) counts.set(log.transactionHash, (counts.get(log.transactionHash) ?? 0) + done)
  }
  return counts
}
