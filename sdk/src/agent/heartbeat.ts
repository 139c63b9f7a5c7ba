import type { Hex } from 'viem'
import { agentHeartbeatEvent, heartbeatFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const agentRegistryAbi = [agentHeartbeatEvent, heartbeatFunction] as const

/** What `heartbeat` takes. */
export type HeartbeatParameters = WriteParameters & {
  readonly agentId: Hex
  /** Absolute seconds: at most a year ahead. */
  readonly liveUntil: number
}

/** A renewed liveness. */
export type AgentHeartbeat = { readonly agentId: Hex; readonly liveUntil: number }

/**
 * Renews an agent's liveness. The signer is its controller, or an operator that lengthens it.
 *
 * @throws AgentWrongCaller, LivenessInvalid, LivenessNotLater: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.heartbeat.sync(client, { chainId: 1, agentId, liveUntil: Math.floor(Date.now() / 1000) + 3600 })
 * ```
 */
export const heartbeat = /* @__PURE__ */ defineWrite<HeartbeatParameters, AgentHeartbeat>({
  verb: 'agent.heartbeat',
  call: (deployment, { agentId, liveUntil }) =>
    encodeCall(deployment.agentRegistry, { abi: agentRegistryAbi, functionName: 'heartbeat', args: [agentId, liveUntil] }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentHeartbeat', logs })[0]?.args,
})

/** `heartbeat`, waiting for the receipt. */
export const heartbeatSync: typeof heartbeat.sync = (client, parameters) => heartbeat.sync(client, parameters)
