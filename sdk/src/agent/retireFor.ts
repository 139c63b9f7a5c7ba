import type { Hex } from 'viem'
import { agentRetiredEvent, retireForFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { AgentRetired } from './retire.ts'

const agentRegistryAbi = [agentRetiredEvent, retireForFunction] as const

/** What `retireFor` takes. */
export type RetireForParameters = WriteParameters & {
  readonly agentId: Hex
  /** The version that was signed: what `getAgent` told then. */
  readonly version: number
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  /** Of the controller: see `signRetirement`. */
  readonly signature: Hex
}

/**
 * Ends an agent for good as its controller signed. Anyone may bring it.
 *
 * @throws AgentVersionWrong, SignatureInvalid, SignatureExpired: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.retireFor.sync(payer, { chainId: 1, agentId, version, expiry, signature })
 * ```
 */
export const retireFor = /* @__PURE__ */ defineWrite<RetireForParameters, AgentRetired>({
  verb: 'agent.retireFor',
  call: (deployment, { agentId, version, expiry, signature }) =>
    encodeCall(deployment.agentRegistry, { abi: agentRegistryAbi, functionName: 'retireFor', args: [agentId, version, expiry, signature] }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentRetired', logs })[0]?.args,
})

/** `retireFor`, waiting for the receipt. */
export const retireForSync: typeof retireFor.sync = (client, parameters) => retireFor.sync(client, parameters)
