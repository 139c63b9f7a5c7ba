import type { Hex } from 'viem'
import { agentRetiredEvent, retireFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const agentRegistryAbi = [agentRetiredEvent, retireFunction] as const

/** What `retire` takes. */
export type RetireParameters = WriteParameters & { readonly agentId: Hex }

/** An agent that is gone for good. */
export type AgentRetired = { readonly agentId: Hex }

/**
 * Ends an agent for good. The signer is its controller.
 *
 * @throws AgentWrongCaller when the signer is not its controller, or it is gone already.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.retire.sync(client, { chainId: 1, agentId })
 * ```
 */
export const retire = /* @__PURE__ */ defineWrite<RetireParameters, AgentRetired>({
  verb: 'agent.retire',
  call: (deployment, { agentId }) =>
    encodeCall(deployment.agentRegistry, { abi: agentRegistryAbi, functionName: 'retire', args: [agentId] }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'AgentRetired', logs })[0]?.args,
})

/** `retire`, waiting for the receipt. */
export const retireSync: typeof retire.sync = (client, parameters) => retire.sync(client, parameters)
