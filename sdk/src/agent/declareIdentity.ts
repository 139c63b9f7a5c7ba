import type { Address, Hex } from 'viem'
import { declareIdentityFunction, identityDeclaredEvent } from '../abis/agentLinks.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { linksOf } from './links.ts'

const agentLinksAbi = [declareIdentityFunction, identityDeclaredEvent] as const

/** What `declareIdentity` takes. */
export type DeclareIdentityParameters = WriteParameters & {
  readonly agentId: Hex
  /** The identity's chain: this one or another. */
  readonly identityChainId: number
  readonly identityRegistry: Address
  readonly identityId: bigint
  readonly isDeclared: boolean
}

/** What an agent's controller says of an identity. */
export type IdentityDeclared = {
  readonly agentId: Hex
  readonly chainId: bigint
  readonly identityRegistry: Address
  readonly identityId: bigint
  readonly isDeclared: boolean
}

/**
 * Says that an identity of ERC-8004 is an agent's, or no longer. On this chain its owner is asked; of another one, bring its owner with
 * `reportIdentity` and link that account. The signer is the agent's controller.
 *
 * @throws AgentWrongController, IdentityNotOwned, IdentityGasShort: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const identity = { identityChainId: 1, identityRegistry, identityId: 22n }
 * await agent.declareIdentity.sync(client, { chainId: 1, agentId, ...identity, isDeclared: true })
 * ```
 */
export const declareIdentity = /* @__PURE__ */ defineWrite<DeclareIdentityParameters, IdentityDeclared>({
  verb: 'agent.declareIdentity',
  call: (deployment, { agentId, identityChainId, identityRegistry, identityId, isDeclared }) =>
    encodeCall(linksOf(deployment), {
      abi: agentLinksAbi,
      functionName: 'declareIdentity',
      args: [agentId, BigInt(identityChainId), identityRegistry, identityId, isDeclared],
    }),
  event: (logs, deployment) => eventsOf({ abi: agentLinksAbi, address: linksOf(deployment), eventName: 'IdentityDeclared', logs })[0]?.args,
})

/** `declareIdentity`, waiting for the receipt. */
export const declareIdentitySync: typeof declareIdentity.sync = (client, parameters) => declareIdentity.sync(client, parameters)
