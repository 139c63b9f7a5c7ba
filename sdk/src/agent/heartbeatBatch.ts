import type { Hex } from 'viem'
import { agentHeartbeatEvent, heartbeatBatchFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { AgentHeartbeat } from './heartbeat.ts'

const agentRegistryAbi = [agentHeartbeatEvent, heartbeatBatchFunction] as const

/** What `heartbeatBatch` takes. */
export type HeartbeatBatchParameters = WriteParameters & {
  /** Agents of which the signer is controller or operator. */
  readonly agentIds: readonly Hex[]
  /** Absolute seconds: at most a year ahead. */
  readonly liveUntil: number
}

/**
 * Lengthens the lives of many agents in one transaction. Agents that are not the signer's, retired meanwhile or live as long already are left
 * out, so that none of them can hold up the others: the event names those that were renewed.
 *
 * @throws LivenessInvalid: the contract's error, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const { event } = await agent.heartbeatBatch.sync(client, { chainId: 1, agentIds, liveUntil })
 * if (event.length < agentIds.length) console.log('some were left out')
 * ```
 */
export const heartbeatBatch = /* @__PURE__ */ defineWrite<HeartbeatBatchParameters, readonly AgentHeartbeat[]>({
  verb: 'agent.heartbeatBatch',
  call: (deployment, { agentIds, liveUntil }) =>
    encodeCall(deployment.agentRegistry, { abi: agentRegistryAbi, functionName: 'heartbeatBatch', args: [agentIds, liveUntil] }),
  event: (logs, { agentRegistry: address }) =>
    eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentHeartbeat', logs }).map(({ args }) => args),
})

/** `heartbeatBatch`, waiting for the receipt. */
export const heartbeatBatchSync: typeof heartbeatBatch.sync = (client, parameters) => heartbeatBatch.sync(client, parameters)
