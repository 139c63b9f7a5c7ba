import { type Address, type Hex, zeroHash } from 'viem'
import { agentRegisteredEvent, registerForFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Profile } from './profile.ts'
import type { AgentRegistered } from './register.ts'

const agentRegistryAbi = [agentRegisteredEvent, registerForFunction] as const

/** What `registerFor` takes. */
export type RegisterForParameters = WriteParameters & {
  readonly controller: Address
  readonly profile: Profile
  /** Absolute seconds until which the agent says it lives: at most a year ahead. */
  readonly liveUntil: number
  /** Default zero. */
  readonly salt?: Hex
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  /** Of the controller: see `signRegistration`. */
  readonly signature: Hex
}

/**
 * Registers an agent for a controller that signed it. Anyone may bring it.
 *
 * @throws SignatureInvalid, SignatureExpired, AgentAlreadyRegistered, CapabilitiesInvalid, CardUriTooLong, LivenessInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.registerFor.sync(payer, { chainId: 1, controller, profile, liveUntil, expiry, signature })
 * ```
 */
export const registerFor = /* @__PURE__ */ defineWrite<RegisterForParameters, AgentRegistered>({
  verb: 'agent.registerFor',
  call: (deployment, { controller, salt = zeroHash, liveUntil, profile, expiry, signature }) =>
    encodeCall(deployment.agentRegistry, {
      abi: agentRegistryAbi,
      functionName: 'registerFor',
      args: [controller, salt, liveUntil, profile, expiry, signature],
    }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentRegistered', logs })[0]?.args,
})

/** `registerFor`, waiting for the receipt. */
export const registerForSync: typeof registerFor.sync = (client, parameters) => registerFor.sync(client, parameters)
