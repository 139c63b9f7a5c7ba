import type { WorldInfo } from '@hanse/devnet'
import type { Deployment, Finality } from '@hanse/sdk'
import { gateway } from '@hanse/sdk'
import { gatewayAbi, taskEscrowAbi, taskPortalAbi } from '@hanse/sdk/abis'
import {
  type Address,
  createPublicClient,
  type Hex,
  http,
  type Log,
  type ParseEventLogsReturnType,
  type PublicClient,
  parseEventLogs,
} from 'viem'

const suiteAbi = [...gatewayAbi, ...taskEscrowAbi, ...taskPortalAbi] as const

/** An event of the suite, decoded. */
export type SuiteEvent = ParseEventLogsReturnType<typeof suiteAbi, undefined, true>[number]

/** One chain as a bystander sees it: no part of Hanse's own sync, so that it can bear witness. */
export type ObservedChain = {
  name: string
  chainId: number
  client: PublicClient
  finality: Finality
  deployment: Deployment
  head: bigint
  final: bigint
  /** The suite's events in final blocks, which stay, and in later ones, which are read anew at each look. */
  finalEvents: SuiteEvent[]
  tailEvents: readonly SuiteEvent[]
  /** Wall clock, milliseconds, at which each block was first seen to be final, and each transaction first seen at all. */
  finalAt: Map<bigint, number>
  seenAt: Map<Hex, number>
}

/** Begins to look at a chain. */
export function observe(chain: WorldInfo['chains'][number], name = String(chain.chainId)): ObservedChain {
  const { chainId, rpcUrls, finality, deployment } = chain
  return {
    ...{ name, chainId, finality, deployment, client: createPublicClient({ transport: http(rpcUrls[0]) }) },
    ...{ head: 0n, final: 0n, finalEvents: [], tailEvents: [], finalAt: new Map(), seenAt: new Map() },
  }
}

/** Looks at a chain once more: its heights, and the logs of the suite's contracts since the last final block. */
export async function look(chain: ObservedChain): Promise<void> {
  const { client, finality, deployment } = chain
  // Never an older head that the client remembers: blocks between it and the final one would be passed over, and seen by nobody.
  const head = await client.getBlockNumber({ cacheTime: 0 })
  const final = least(await finalHeight(client, finality, head), head)
  const from = chain.final + 1n
  const address = [deployment.gateway, deployment.taskEscrow, deployment.taskPortal, deployment.agentRegistry]
  const logs = await logsOf(client, { address, from, to: head })
  const now = Date.now()
  for (let number = from; number <= final; number++) chain.finalAt.set(number, now)
  const events = parseEventLogs({ abi: suiteAbi, logs: [...logs] })
  for (const { transactionHash } of events) if (!chain.seenAt.has(transactionHash)) chain.seenAt.set(transactionHash, now)
  chain.finalEvents.push(...events.filter(({ blockNumber }) => blockNumber <= final))
  chain.tailEvents = events.filter(({ blockNumber }) => blockNumber > final)
  chain.head = head
  if (final > chain.final) chain.final = final
}

/** Blocks per request: an answer over 10 MB is refused by the client. */
const page = 64n

async function logsOf(
  client: PublicClient,
  { address, from, to }: { address: Address[]; from: bigint; to: bigint },
): Promise<readonly Log[]> {
  const pages: Log[][] = []
  for (let first = from; first <= to; first += page) {
    pages.push(await client.getLogs({ address, fromBlock: first, toBlock: least(first + page - 1n, to) }))
  }
  return pages.flat()
}

const least = (one: bigint, other: bigint) => (one < other ? one : other)

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
    const events = eventsOf(origin).filter(({ eventName }) => eventName === 'MessageSent' || eventName === 'LaneAdvanced')
    const messages: ObservedMessage[] = []
    for (const [index, sent] of events.entries()) {
      const advanced = events[index - 1]
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
    for (const log of eventsOf(chain)) {
      if (log.eventName !== 'BatchDelivered') continue
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

/** All events known of a chain, in order. */
export const eventsOf = (chain: ObservedChain): SuiteEvent[] => [...chain.finalEvents, ...chain.tailEvents]

/** The name by which a chain is shown. */
export const nameOf = (chains: readonly ObservedChain[], chainId: number | bigint) =>
  chains.find((chain) => chain.chainId === Number(chainId))?.name ?? `chain ${chainId}`

/** An address, short enough for a table and long enough to be recognised. */
export const short = (address: Address | Hex) => `${address.slice(0, 6)}…${address.slice(-4)}`
