import type { Address, Hex } from 'viem'
import { readContract } from 'viem/actions'
import { isOperatorOfFunction } from '../abis/agentRegistry.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const agentRegistryAbi = [isOperatorOfFunction] as const

/** What `getOperator` takes. */
export type GetOperatorParameters = ReadParameters & { readonly agentId: Hex; readonly account: Address }

/**
 * Whether an account is an operator of an agent: a key of its running program, which speaks for it and can change nothing.
 *
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const { value: isOperator } = await agent.getOperator(client, { chainId: 1, agentId, account })
 * ```
 */
export const getOperator = /* @__PURE__ */ defineRead<GetOperatorParameters, boolean>(
  'agent.getOperator',
  ({ connection, chain, blockNumber }, { agentId, account }) =>
    readContract(connection, {
      abi: agentRegistryAbi,
      address: chain.deployment.agentRegistry,
      blockNumber,
      functionName: 'isOperatorOf',
      args: [agentId, account],
    }),
)
