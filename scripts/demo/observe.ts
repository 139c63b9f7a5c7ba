import type { Deployment, Finality } from '@hanse/sdk'
import { gateway } from '@hanse/sdk'
import { gatewayAbi, taskEscrowAbi, taskPortalAbi } from '@hanse/sdk/abis'
import { type Address, type Hex, type Log, type PublicClient, parseEventLogs } from 'viem'

/** One chain as a bystander sees it: no part of Hanse's own sync, so that it can bear witness. */
export type ObservedChain = {
  name: string
  chainId: number
  client: PublicClient
  finality: Finality
  deployment: Deployment
  head: bigint
  final: bigint
  /** Logs of the suite in final blocks, which stay, and in later ones, which are read anew at each look. */
  finalLogs: Log[]
  tailLogs: Log[]
  /** Wall clock, milliseconds, at which each block was first seen to be final, and each transaction first seen at all. */
  finalAt: Map<bigint, number>
  seenAt: Map<Hex, number>
}

/** Looks at a chain once more: its heights, and the logs of the suite's contracts since the last final block. */
export async function look(chain: ObservedChain): Promise<void> {
  const { client, finality, deployment } = chain
  const head = await client.getBlockNumber()
  const final = await finalHeight(client, finality, head)
  const from = chain.final + 1n
  const address = [deployment.gateway, deployment.taskEscrow, deployment.taskPortal, deployment.agentRegistry]
  const logs = from <= head ? await client.getLogs({ address, fromBlock: from, toBlock: head }) : []
  const now = Date.now()
  for (let number = from; number <= final; number++) chain.finalAt.set(number, now)
  for (const { transactionHash } of logs) if (transactionHash && !chain.seenAt.has(transactionHash)) chain.seenAt.set(transactionHash, now)
  chain.finalLogs.push(...logs.filter(({ blockNumber }) => blockNumber !== null && blockNumber <= final))
  chain.tailLogs = logs.filter(({ blockNumber }) => blockNumber !== null && blockNumber > final)
  chain.head = head
  if (final > chain.final) chain.final = final
}

async function finalHeight(client: PublicClient, finality: Finality, head: bigint): Promise<bigint> {
  if (finality.kind !== 'depth') return (await client.getBlock({ blockTag: finality.kind })).number
  const depth = BigInt(finality.depth)
  return head > depth ? head - depth : 0n
}

/** A message as both its chains tell of it. */
export type ObservedMessage = {
  sendId: Hex
  origin: ObservedChain
  destinationChainId: number
  nonce: bigint
  sentIn: { blockNumber: bigint; transactionHash: Hex }
  /** The transaction that consumed it, on its destination. */
  executedIn: Hex | undefined
  /** Milliseconds from the moment its block was final to the moment it was executed, as seen from here. */
  beyondFinalityMs: number | undefined
}

/** Every message between the chains, paired with its delivery. */
export function messagesOf(chains: readonly ObservedChain[]): readonly ObservedMessage[] {
  const deliveries = deliveriesOf(chains)
  return chains.flatMap((origin) => {
    const logs = parseEventLogs({ abi: gatewayAbi, logs: logsOf(origin), eventName: ['MessageSent', 'LaneAdvanced'] })
    const messages: ObservedMessage[] = []
    for (const [index, sent] of logs.entries()) {
      const advanced = logs[index + 1]
      if (sent.eventName !== 'MessageSent' || advanced?.eventName !== 'LaneAdvanced') continue
      const destinationChainId = Number(advanced.args.destinationChainId)
      const nonce = advanced.args.nonce - 1n
      const executed = deliveries(origin, destinationChainId, nonce)
      const final = origin.finalAt.get(sent.blockNumber)
      messages.push({
        sendId: sent.args.sendId,
        origin,
        destinationChainId,
        nonce,
        sentIn: sent,
        executedIn: executed?.transactionHash,
        beyondFinalityMs: executed && final !== undefined ? Math.max(0, executed.at - final) : undefined,
      })
    }
    return messages
  })
}

type Delivery = { transactionHash: Hex; at: number }

function deliveriesOf(chains: readonly ObservedChain[]) {
  const found = new Map<string, Delivery>()
  for (const chain of chains) {
    for (const log of parseEventLogs({ abi: gatewayAbi, logs: logsOf(chain), eventName: 'BatchDelivered' })) {
      const { laneKey, first, count } = log.args
      for (let nonce = first; nonce < first + count; nonce++) {
        const key = `${laneKey}:${nonce}`
        // A later range may cover the same nonce again; only the first one ran it.
        if (!found.has(key)) found.set(key, { transactionHash: log.transactionHash, at: chain.seenAt.get(log.transactionHash) ?? 0 })
      }
    }
  }
  return (origin: ObservedChain, destinationChainId: number, nonce: bigint) => {
    const lane = {
      originChainId: BigInt(origin.chainId),
      originGateway: origin.deployment.gateway,
      destinationChainId: BigInt(destinationChainId),
    }
    return found.get(`${gateway.laneKey(lane)}:${nonce}`)
  }
}

/** All logs known of a chain, in order. */
export const logsOf = (chain: ObservedChain): Log[] => [...chain.finalLogs, ...chain.tailLogs]

/** What the home chain and the portals tell of the tasks. */
export const taskEventsOf = (home: ObservedChain) => parseEventLogs({ abi: taskEscrowAbi, logs: logsOf(home) })

/** Requests sent through the portal of a chain. */
export const requestsOf = (chain: ObservedChain) => parseEventLogs({ abi: taskPortalAbi, logs: logsOf(chain), eventName: 'TaskRequested' })

/** The name by which a chain is shown. */
export const nameOf = (chains: readonly ObservedChain[], chainId: number | bigint) =>
  chains.find((chain) => chain.chainId === Number(chainId))?.name ?? `chain ${chainId}`

/** An address, short enough for a table and long enough to be recognised. */
export const short = (address: Address | Hex) => `${address.slice(0, 6)}…${address.slice(-4)}`
