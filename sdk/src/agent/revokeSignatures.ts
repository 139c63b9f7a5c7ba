import type { Hex } from 'viem'
import { revokeSignaturesFunction, signaturesRevokedEvent } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const agentRegistryAbi = [revokeSignaturesFunction, signaturesRevokedEvent] as const

/** What `revokeSignatures` takes. */
export type RevokeSignaturesParameters = WriteParameters & {
  readonly agentId: Hex
}

/** Signatures about versions below this one count no longer. */
export type SignaturesRevoked = { readonly agentId: Hex; readonly version: number }

/**
 * Ends every signature about an agent that is about. The signer is its controller.
 *
 * @throws AgentWrongCaller: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.revokeSignatures.sync(client, { chainId: 1, agentId })
 * ```
 */
export const revokeSignatures = /* @__PURE__ */ defineWrite<RevokeSignaturesParameters, SignaturesRevoked>({
  verb: 'agent.revokeSignatures',
  call: (deployment, { agentId }) =>
    encodeCall(deployment.agentRegistry, { abi: agentRegistryAbi, functionName: 'revokeSignatures', args: [agentId] }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'SignaturesRevoked', logs })[0]?.args,
})

/** `revokeSignatures`, waiting for the receipt. */
export const revokeSignaturesSync: typeof revokeSignatures.sync = (client, parameters) => revokeSignatures.sync(client, parameters)
