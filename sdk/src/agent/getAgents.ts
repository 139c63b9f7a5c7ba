import { type Address, getAbiItem, type Hex } from 'viem'
import { agentHeartbeatEvent, agentRegisteredEvent, agentRetiredEvent, agentUpdatedEvent } from '../abis/agentRegistry.ts'
import { eventsOf } from '../actions/call.ts'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import type { Profile } from './profile.ts'

const agentRegistryAbi = [agentHeartbeatEvent, agentRegisteredEvent, agentRetiredEvent, agentUpdatedEvent] as const

/** An agent of the directory, with what it last said of itself. */
export type AgentEntry = {
  readonly agentId: Hex
  readonly controller: Address
  readonly salt: Hex
  readonly liveUntil: number
  readonly profile: Profile
}

/** What `getAgents` takes. */
export type GetAgentsParameters = ReadParameters & {
  /** Only those that have this capability: see `capabilityOf`. */
  readonly capability?: Hex
  /** Only those that say they live at this second. */
  readonly aliveAt?: number
}

const names = ['AgentRegistered', 'AgentUpdated', 'AgentHeartbeat', 'AgentRetired'] as const

/**
 * The agents of a chain that are not retired, in the order of their registration, from the registry's events.
 *
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const { value } = await agent.getAgents(client, { chainId: 1, capability: agent.capabilityOf('text.report') })
 * for (const { agentId, profile } of value) console.log(agentId, profile.cardUri)
 * ```
 */
export const getAgents = /* @__PURE__ */ defineRead<GetAgentsParameters, readonly AgentEntry[]>(
  'agent.getAgents',
  async (context, { capability, aliveAt }) => {
    const agents = await directory(context)
    return agents.filter(
      ({ profile, liveUntil }) =>
        (capability === undefined || profile.capabilities.includes(capability)) && (aliveAt === undefined || liveUntil >= aliveAt),
    )
  },
)

async function directory(context: ReadContext): Promise<AgentEntry[]> {
  const { agentRegistry: address } = context.chain.deployment
  const logs = (
    await Promise.all(names.map((name) => logsOf(context, { address, event: getAbiItem({ abi: agentRegistryAbi, name }) })))
  ).flat()
  const decoded = names.flatMap((eventName) => eventsOf({ abi: agentRegistryAbi, address, eventName, logs }))
  const ordered = decoded.sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex)
  const agents = new Map<Hex, AgentEntry>()
  for (const { eventName, args } of ordered) {
    if (eventName === 'AgentRegistered') agents.set(args.agentId, args)
    const known = agents.get(args.agentId)
    if (known === undefined) continue
    if (eventName === 'AgentRetired') agents.delete(args.agentId)
    else if (eventName === 'AgentUpdated') agents.set(args.agentId, { ...known, profile: args.profile })
    else if (eventName === 'AgentHeartbeat') agents.set(args.agentId, { ...known, liveUntil: args.liveUntil })
  }
  return [...agents.values()]
}
