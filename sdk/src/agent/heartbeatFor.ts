import type { Address, Hex } from 'viem'
import { agentHeartbeatEvent, heartbeatForFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { AgentHeartbeat } from './heartbeat.ts'

const agentRegistryAbi = [agentHeartbeatEvent, heartbeatForFunction] as const

/** What `heartbeatFor` takes. */
export type HeartbeatForParameters = WriteParameters & {
  readonly agentId: Hex
  /** Absolute seconds: at most a year ahead, and later than now. */
  readonly liveUntil: number
  /** Who signed: the controller or an operator. */
  readonly signer: Address
  /** The version that was signed: what `getAgent` told then. */
  readonly version: number
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  /** See `signHeartbeat`. */
  readonly signature: Hex
}

/**
 * Lengthens an agent's life as its controller or an operator signed. Anyone may bring it.
 *
 * @throws AgentVersionWrong, AgentWrongCaller, LivenessNotLater, LivenessInvalid, SignatureInvalid, SignatureExpired: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.heartbeatFor.sync(payer, { chainId: 1, agentId, liveUntil, signer, version, expiry, signature })
 * ```
 */
export const heartbeatFor = /* @__PURE__ */ defineWrite<HeartbeatForParameters, AgentHeartbeat>({
  verb: 'agent.heartbeatFor',
  call: (deployment, { agentId, liveUntil, signer, version, expiry, signature }) =>
    encodeCall(deployment.agentRegistry, {
      abi: agentRegistryAbi,
      functionName: 'heartbeatFor',
      args: [agentId, liveUntil, signer, version, expiry, signature],
    }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentHeartbeat', logs })[0]?.args,
})

/** `heartbeatFor`, waiting for the receipt. */
export const heartbeatForSync: typeof heartbeatFor.sync = (client, parameters) => heartbeatFor.sync(client, parameters)
