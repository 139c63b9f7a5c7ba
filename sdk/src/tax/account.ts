import { type Abi, type Address, decodeFunctionData, type Hex, isAddressEqual, type Log } from 'viem'
import { agentLinksAbi } from '../abis/agentLinks.ts'
import { agentRegistryAbi } from '../abis/agentRegistry.ts'
import { agreementsAbi } from '../abis/agreements.ts'
import { blackboardAbi } from '../abis/blackboard.ts'
import { chartersAbi } from '../abis/charters.ts'
import { claimGatesAbi } from '../abis/claimGates.ts'
import { messageSentEvent, retryFunction } from '../abis/gateway.ts'
import { quorumPanelsAbi } from '../abis/quorumPanels.ts'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { taskFundingAbi } from '../abis/taskFunding.ts'
import { taskPortalAbi } from '../abis/taskPortal.ts'
import { watcherSetAbi } from '../abis/watcherSet.ts'
import { eventsOf } from '../actions/call.ts'
import type { Deployment } from '../types.ts'
import { type Activity, activityOfFunction } from './activities.ts'
import type { TaxItem } from './items.ts'

const gatewayAbi = [messageSentEvent, retryFunction] as const

/** A transaction as its chain knows it. */
export type Accountable = {
  readonly from: Address
  /** Null: it created a contract. */
  readonly to: Address | null
  readonly input: Hex
  readonly receipt: {
    readonly status: 'success' | 'reverted'
    readonly gasUsed: bigint
    readonly effectiveGasPrice: bigint
    readonly logs: readonly Log[]
  }
}

const abiOf = {
  agentRegistry: agentRegistryAbi,
  agentLinks: agentLinksAbi,
  charters: chartersAbi,
  agreements: agreementsAbi,
  blackboard: blackboardAbi,
  gateway: gatewayAbi,
  watcherSet: watcherSetAbi,
  taskEscrow: taskEscrowAbi,
  taskPortal: taskPortalAbi,
  taskFunding: taskFundingAbi,
  quorumPanels: quorumPanelsAbi,
  claimGates: claimGatesAbi,
} as const

const contracts = Object.entries(abiOf)

/**
 * What transactions cost, in their order on one chain. Whatever is refused is a conflict, whatever it was for; what is no function of the
 * suite is work.
 *
 * @example
 * ```ts
 * import { tax } from '@hanse/sdk'
 *
 * const items = tax.account(deployment, [{ from, to, input, receipt }])
 * ```
 */
export function account(deployment: Deployment, transactions: readonly Accountable[]): readonly TaxItem[] {
  const failed = new Set<string>()
  return transactions.flatMap((transaction) => {
    const { from, receipt } = transaction
    const { verb, activity } = meaningOf(deployment, transaction)
    const key = `${from.toLowerCase()} ${verb}`
    const none = { account: from, chainId: deployment.chainId, verb, gas: 0n, wei: 0n, seconds: 0 }
    const paid = { ...none, gas: receipt.gasUsed, wei: receipt.gasUsed * receipt.effectiveGasPrice }
    const retry: TaxItem[] = failed.delete(key) ? [{ kind: 'retry', activity: 'conflict', ...none }] : []
    if (receipt.status === 'reverted') {
      failed.add(key)
      return [...retry, { kind: 'failure', activity: 'conflict', ...paid } as const]
    }
    const { gateway } = deployment
    const messages = eventsOf({ abi: gatewayAbi, address: gateway, eventName: 'MessageSent', logs: receipt.logs })
    const sent = messages.map((): TaxItem => ({ kind: 'message', activity, ...none }))
    return [...retry, { kind: 'transaction', activity, ...paid } as const, ...sent]
  })
}

/** Which function of the suite was called, and what for. */
function meaningOf(deployment: Deployment, { to, input }: Accountable): { readonly verb: string; readonly activity: Activity } {
  for (const [name, abi] of contracts) {
    const address = addressOf(deployment, name)
    if (to === null || address === undefined || !isAddressEqual(address, to)) continue
    const called = functionOf(abi, input)
    const activity = called === undefined ? undefined : activityOfFunction[name]?.[called]
    if (activity !== undefined) return { verb: `${name}.${called}`, activity }
  }
  return { verb: 'other', activity: 'execute' }
}

function addressOf(deployment: Deployment, name: string): Address | undefined {
  return new Map<string, Address>(
    Object.entries(deployment).filter((entry): entry is [string, Address] => typeof entry[1] === 'string'),
  ).get(name)
}

/** Undefined: none of this contract's. */
function functionOf(abi: Abi, data: Hex): string | undefined {
  try {
    return decodeFunctionData({ abi, data }).functionName
  } catch {
    return undefined
  }
}
