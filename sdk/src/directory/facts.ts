import { type Abi, type Address, decodeEventLog, getAbiItem, type Hex, toEventSelector } from 'viem'
import { agentLinksAbi } from '../abis/agentLinks.ts'
import { agentRegistryAbi } from '../abis/agentRegistry.ts'
import { endingValues } from '../abis/enums.ts'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { enumValue } from '../enumValue.ts'
import type { SyncLog, SyncSource } from '../sync/types.ts'
import type { Deployment } from '../types.ts'
import type { DirectoryFact } from './types.ts'

const registryEvents = ['AgentRegistered', 'AgentUpdated', 'AgentHeartbeat', 'AgentRetired'] as const
const linkEvents = ['AccountDeclared', 'AccountClaimed', 'LinksLinked'] as const

const topicsOf = (abi: Abi, names: readonly string[]): Hex[] =>
  names.flatMap((name) => {
    const item = getAbiItem({ abi, name })
    return item?.type === 'event' ? [toEventSelector(item)] : []
  })

/** The events of a chain that a directory lives on: those of its registry and links, and the receipts of its escrow. */
export function directorySources({ agentRegistry, agentLinks, taskEscrow }: Deployment): readonly SyncSource[] {
  return [
    { address: agentRegistry, topics: topicsOf(agentRegistryAbi, registryEvents) },
    { address: taskEscrow, topics: topicsOf(taskEscrowAbi, ['TaskReceipt']) },
    ...(agentLinks === undefined ? [] : [{ address: agentLinks, topics: topicsOf(agentLinksAbi, linkEvents) }]),
  ]
}

/** What the logs of a chain tell, in their order. Only its own contracts are heard. */
export function factsOf(logs: readonly SyncLog[], deployment: Deployment): readonly DirectoryFact[] {
  const { agentRegistry, agentLinks, taskEscrow } = deployment
  const isOf = (log: SyncLog, address: Address | undefined) => log.address.toLowerCase() === address?.toLowerCase()
  return logs.flatMap((log) => {
    if (isOf(log, agentRegistry)) return registryFact(log, deployment.chainId)
    if (isOf(log, agentLinks)) return linksFact(log, deployment.chainId)
    return isOf(log, taskEscrow) ? receiptFact(log, deployment.chainId) : []
  })
}

const partsOf = ({ data, topics }: SyncLog) => {
  const [signature = '0x', ...rest] = topics
  return { data, topics: [signature, ...rest] as [Hex, ...Hex[]] } // a topic is there: the sources name them
}

function registryFact(log: SyncLog, chainId: number): DirectoryFact[] {
  const event = decodeEventLog({ abi: agentRegistryAbi, ...partsOf(log) })
  if (event.eventName === 'AgentRegistered') return [{ kind: 'registered', chainId, ...event.args, registeredAt: log.blockNumber }]
  if (event.eventName === 'AgentUpdated') {
    const { agentId, profile } = event.args
    return [{ kind: 'updated', chainId, agentId, profile }]
  }
  if (event.eventName === 'AgentHeartbeat') return [{ kind: 'heartbeat', chainId, ...event.args }]
  return event.eventName === 'AgentRetired' ? [{ kind: 'retired', chainId, ...event.args }] : []
}

function linksFact(log: SyncLog, chainId: number): DirectoryFact[] {
  const event = decodeEventLog({ abi: agentLinksAbi, ...partsOf(log) })
  if (event.eventName === 'LinksLinked') {
    return [{ kind: 'believed', chainId, originChainId: Number(event.args.chainId), links: event.args.links }]
  }
  if (event.eventName !== 'AccountDeclared' && event.eventName !== 'AccountClaimed') return []
  const account = { chainId: Number(event.args.chainId), address: event.args.account }
  const { agentId } = event.args
  if (event.eventName === 'AccountClaimed') return [{ kind: 'claimed', chainId, agentId, account, sequence: event.args.sequence }]
  return [{ kind: 'declared', chainId, agentId, account, isDeclared: event.args.isDeclared }]
}

function receiptFact(log: SyncLog, chainId: number): DirectoryFact[] {
  const event = decodeEventLog({ abi: taskEscrowAbi, ...partsOf(log) })
  if (event.eventName !== 'TaskReceipt') return []
  const { blockNumber, transactionHash, logIndex } = log
  const receipt = { ...event.args, ending: enumValue(endingValues, event.args.ending), chainId, blockNumber, transactionHash, logIndex }
  return [{ kind: 'receipt', receipt }]
}
