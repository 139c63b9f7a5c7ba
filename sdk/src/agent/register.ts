import { type Address, type Hex, zeroHash } from 'viem'
import { agentRegisteredEvent, registerFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Profile } from './profile.ts'

const agentRegistryAbi = [agentRegisteredEvent, registerFunction] as const

/** What `register` takes. */
export type RegisterParameters = WriteParameters & {
  readonly profile: Profile
  /** Absolute seconds until which the agent says it lives: at most a year ahead. */
  readonly liveUntil: number
  /** Sets several agents of one controller apart. Default zero. */
  readonly salt?: Hex
}

/** An agent that is registered. */
export type AgentRegistered = {
  readonly agentId: Hex
  readonly controller: Address
  readonly salt: Hex
  readonly liveUntil: number
  readonly profile: Profile
}

/**
 * Registers an agent controlled by the signer.
 *
 * @throws AgentAlreadyRegistered, CapabilitiesInvalid, CardUriTooLong, LivenessInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const profile = agent.createProfile({ capabilities: ['text.report'], cardDigest, cardUri })
 * const { event } = await agent.register.sync(client, { chainId: 1, profile, liveUntil: Math.floor(Date.now() / 1000) + 86_400 })
 * console.log(event.agentId)
 * ```
 */
export const register = /* @__PURE__ */ defineWrite<RegisterParameters, AgentRegistered>({
  verb: 'agent.register',
  call: (deployment, { profile, liveUntil, salt = zeroHash }) =>
    encodeCall(deployment.agentRegistry, { abi: agentRegistryAbi, functionName: 'register', args: [salt, liveUntil, profile] }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentRegistered', logs })[0]?.args,
})

/** `register`, waiting for the receipt. */
export const registerSync: typeof register.sync = (client, parameters) => register.sync(client, parameters)
