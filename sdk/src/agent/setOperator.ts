import type { Address, Hex } from 'viem'
import { operatorChangedEvent, setOperatorFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const agentRegistryAbi = [operatorChangedEvent, setOperatorFunction] as const

/** What `setOperator` takes. */
export type SetOperatorParameters = WriteParameters & {
  readonly agentId: Hex
  readonly operator: Address
  readonly isOperator: boolean
}

/** An account that is an operator of an agent from now on, or no longer. */
export type OperatorChanged = { readonly agentId: Hex; readonly operator: Address; readonly isOperator: boolean }

/**
 * Makes an account an operator of an agent, or ends that. An operator keeps the agent alive and speaks for it off chain; it can change
 * nothing. The signer is the controller.
 *
 * @throws AgentWrongCaller: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.setOperator.sync(client, { chainId: 1, agentId, operator, isOperator: true })
 * ```
 */
export const setOperator = /* @__PURE__ */ defineWrite<SetOperatorParameters, OperatorChanged>({
  verb: 'agent.setOperator',
  call: (deployment, { agentId, operator, isOperator }) =>
    encodeCall(deployment.agentRegistry, { abi: agentRegistryAbi, functionName: 'setOperator', args: [agentId, operator, isOperator] }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'OperatorChanged', logs })[0]?.args,
})

/** `setOperator`, waiting for the receipt. */
export const setOperatorSync: typeof setOperator.sync = (client, parameters) => setOperator.sync(client, parameters)
