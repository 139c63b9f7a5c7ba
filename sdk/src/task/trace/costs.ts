import { type Hex, isAddressEqual, parseEventLogs, type TransactionReceipt } from 'viem'
import { gatewayAbi } from '../../abis/gateway.ts'
import { taskEscrowAbi } from '../../abis/taskEscrow.ts'
import { taskPortalAbi } from '../../abis/taskPortal.ts'
import { eventsOf } from '../../actions/call.ts'
import type { Deployment } from '../../types.ts'
import type { ChainReader } from './reader.ts'
import type { Step, TraceCost, TraceHop } from './types.ts'

/** Steps in their order as hops, with time, finality and, on the first one of each transaction, cost. Those that a reorg took back are left out. */
export async function priced(reader: ChainReader, steps: readonly Step[]): Promise<readonly TraceHop[]> {
  const seen = new Set<Hex>()
  const hops = await Promise.all(
    steps.map(async ({ place: _, ...step }): Promise<TraceHop | undefined> => {
      const { transactionHash: hash, blockNumber } = step
      const isFirst = hash !== undefined && !seen.has(hash)
      if (hash !== undefined) seen.add(hash)
      const receipt = hash === undefined ? undefined : await reader.receiptOf(hash)
      if (hash !== undefined && receipt?.blockNumber !== blockNumber) return undefined
      const cost = isFirst && receipt !== undefined ? costOf(receipt, reader.chain.deployment) : undefined
      const isFinal = step.kind === 'final' || blockNumber <= reader.freshness.finalBlockNumber
      return { ...step, timestamp: await reader.timeOf(blockNumber), finality: isFinal ? 'final' : 'committed', cost }
    }),
  )
  return hops.filter((hop) => hop !== undefined)
}

function costOf(receipt: TransactionReceipt, deployment: Deployment): TraceCost {
  const shares = sharesOf(receipt, deployment)
  const gas = receipt.gasUsed / BigInt(shares)
  return { payer: receipt.from, gas, wei: (receipt.gasUsed * receipt.effectiveGasPrice) / BigInt(shares), shares }
}

/** How many messages a delivery brought; else how many tasks a transaction is about. */
function sharesOf({ logs }: TransactionReceipt, { gateway, taskEscrow, taskPortal }: Deployment): number {
  const ranges = eventsOf({ abi: gatewayAbi, address: gateway, eventName: 'BatchDelivered', logs })
  const delivered = ranges.reduce((sum, { args }) => sum + Number(args.count), 0)
  if (delivered > 0) return delivered
  const own = logs.filter(({ address }) => isAddressEqual(address, taskEscrow) || isAddressEqual(address, taskPortal))
  const events = [...parseEventLogs({ abi: taskEscrowAbi, logs: own }), ...parseEventLogs({ abi: taskPortalAbi, logs: own })]
  const ids = new Set(events.flatMap(({ args }) => ('taskId' in args && args.taskId !== undefined ? [args.taskId] : [])))
  return Math.max(1, ids.size)
}
