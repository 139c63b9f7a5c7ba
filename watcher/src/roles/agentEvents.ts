import { agentRegistryAbi } from '@hanse/sdk/abis'
import type { SyncLog } from '@hanse/sdk/sync'
import { parseEventLogs } from 'viem'
import type { ChainConfig } from '../config.ts'
import type { Context } from '../watcherContext.ts'
import { toViemLog } from './viemLog.ts'

/** Keeps who the agents of a chain are, by final events. */
export function noteAgents({ logs, config, context }: { logs: readonly SyncLog[]; config: ChainConfig; context: Context }): void {
  const { chainId, deployment } = config
  const own = logs.filter((log) => log.address === deployment.agentRegistry)
  if (own.length === 0) return
  const { agents } = context.store
  for (const { eventName, args } of parseEventLogs({ abi: agentRegistryAbi, logs: own.map(toViemLog) })) {
    if (eventName === 'AgentRegistered')
      agents.register({ chainId, ...args, liveUntil: args.liveUntil, profile: JSON.stringify(args.profile) })
    if (eventName === 'AgentUpdated') agents.update({ chainId, agentId: args.agentId, profile: JSON.stringify(args.profile) })
    if (eventName === 'AgentHeartbeat') agents.heartbeat({ chainId, ...args })
    if (eventName === 'AgentRetired') agents.retire({ chainId, agentId: args.agentId })
  }
}
