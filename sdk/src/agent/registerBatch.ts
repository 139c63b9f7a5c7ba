import type { Hex } from 'viem'
import { agentRegisteredEvent, registerBatchFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Profile } from './profile.ts'
import type { AgentRegistered } from './register.ts'

const agentRegistryAbi = [agentRegisteredEvent, registerBatchFunction] as const

/** What `registerBatch` takes. */
export type RegisterBatchParameters = WriteParameters & {
  /** One agent for each. A hundred take some 5.5 million gas. */
  readonly agents: readonly { readonly salt: Hex; readonly profile: Profile }[]
  /** Absolute seconds until which they say they live: at most a year ahead. */
  readonly liveUntil: number
}

/**
 * Registers several agents controlled by the signer in one transaction: all of them, or none.
 *
 * @throws AgentAlreadyRegistered, CapabilitiesInvalid, CardUriTooLong, LivenessInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const { event } = await agent.registerBatch.sync(client, { chainId: 1, agents: [{ salt, profile }], liveUntil })
 * for (const { agentId } of event) console.log(agentId)
 * ```
 */
export const registerBatch = /* @__PURE__ */ defineWrite<RegisterBatchParameters, readonly AgentRegistered[]>({
  verb: 'agent.registerBatch',
  call: (deployment, { agents, liveUntil }) =>
    encodeCall(deployment.agentRegistry, {
      abi: agentRegistryAbi,
      functionName: 'registerBatch',
      args: [agents.map(({ salt }) => salt), liveUntil, agents.map(({ profile }) => profile)],
    }),
  event: (logs, { agentRegistry: address }) =>
    eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentRegistered', logs }).map(({ args }) => args),
})

/** `registerBatch`, waiting for the receipt. */
export const registerBatchSync: typeof registerBatch.sync = (client, parameters) => registerBatch.sync(client, parameters)
