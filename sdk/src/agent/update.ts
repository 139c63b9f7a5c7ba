import type { Hex } from 'viem'
import { agentUpdatedEvent, updateFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Profile } from './profile.ts'

const agentRegistryAbi = [agentUpdatedEvent, updateFunction] as const

/** What `update` takes. */
export type UpdateParameters = WriteParameters & { readonly agentId: Hex; readonly profile: Profile }

/** A profile that replaced another. */
export type AgentUpdated = { readonly agentId: Hex; readonly version: number; readonly profile: Profile }

/**
 * Replaces an agent's profile. The signer is its controller.
 *
 * @throws AgentWrongCaller, CapabilitiesInvalid, CardUriTooLong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.update.sync(client, { chainId: 1, agentId, profile })
 * ```
 */
export const update = /* @__PURE__ */ defineWrite<UpdateParameters, AgentUpdated>({
  verb: 'agent.update',
  call: (deployment, { agentId, profile }) =>
    encodeCall(deployment.agentRegistry, { abi: agentRegistryAbi, functionName: 'update', args: [agentId, profile] }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentUpdated', logs })[0]?.args,
})

/** `update`, waiting for the receipt. */
export const updateSync: typeof update.sync = (client, parameters) => update.sync(client, parameters)
