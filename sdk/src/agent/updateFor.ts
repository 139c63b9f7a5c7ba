import type { Hex } from 'viem'
import { agentUpdatedEvent, updateForFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Profile } from './profile.ts'
import type { AgentUpdated } from './update.ts'

const agentRegistryAbi = [agentUpdatedEvent, updateForFunction] as const

/** What `updateFor` takes. */
export type UpdateForParameters = WriteParameters & {
  readonly agentId: Hex
  readonly profile: Profile
  /** The version that was signed: what `getAgent` told then. */
  readonly version: number
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  /** Of the controller: see `signUpdate`. */
  readonly signature: Hex
}

/**
 * Replaces an agent's profile as its controller signed. Anyone may bring it.
 *
 * @throws AgentVersionWrong, SignatureInvalid, SignatureExpired, CapabilitiesInvalid, CardUriTooLong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.updateFor.sync(payer, { chainId: 1, agentId, profile, version, expiry, signature })
 * ```
 */
export const updateFor = /* @__PURE__ */ defineWrite<UpdateForParameters, AgentUpdated>({
  verb: 'agent.updateFor',
  call: (deployment, { agentId, profile, version, expiry, signature }) =>
    encodeCall(deployment.agentRegistry, {
      abi: agentRegistryAbi,
      functionName: 'updateFor',
      args: [agentId, profile, version, expiry, signature],
    }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentUpdated', logs })[0]?.args,
})

/** `updateFor`, waiting for the receipt. */
export const updateForSync: typeof updateFor.sync = (client, parameters) => updateFor.sync(client, parameters)
