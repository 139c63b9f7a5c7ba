import type { Address, Hex } from 'viem'
import { operatorChangedEvent, setOperatorForFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { OperatorChanged } from './setOperator.ts'

const agentRegistryAbi = [operatorChangedEvent, setOperatorForFunction] as const

/** What `setOperatorFor` takes. */
export type SetOperatorForParameters = WriteParameters & {
  readonly agentId: Hex
  readonly operator: Address
  readonly isOperator: boolean
  /** The version that was signed: what `getAgent` told then. */
  readonly version: number
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  /** Of the controller: see `signOperator`. */
  readonly signature: Hex
}

/**
 * Makes an account an operator of an agent, or ends that, as the controller signed. Anyone may bring it.
 *
 * @throws AgentVersionWrong, SignatureInvalid, SignatureExpired: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.setOperatorFor.sync(payer, { chainId: 1, agentId, operator, isOperator: true, version, expiry, signature })
 * ```
 */
export const setOperatorFor = /* @__PURE__ */ defineWrite<SetOperatorForParameters, OperatorChanged>({
  verb: 'agent.setOperatorFor',
  call: (deployment, { agentId, operator, isOperator, version, expiry, signature }) =>
    encodeCall(deployment.agentRegistry, {
      abi: agentRegistryAbi,
      functionName: 'setOperatorFor',
      args: [agentId, operator, isOperator, version, expiry, signature],
    }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'OperatorChanged', logs })[0]?.args,
})

/** `setOperatorFor`, waiting for the receipt. */
export const setOperatorForSync: typeof setOperatorFor.sync = (client, parameters) => setOperatorFor.sync(client, parameters)
