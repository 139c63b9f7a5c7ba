import type { Address } from 'viem'
import { readContract } from 'viem/actions'
import { payoutOfFunction } from '../abis/agentRegistry.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const agentRegistryAbi = [payoutOfFunction] as const

/** What `getPayout` takes. */
export type GetPayoutParameters = ReadParameters & { readonly account: Address }

/**
 * Where an account's tasks are paid: the account itself unless it chose otherwise.
 *
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const { value } = await agent.getPayout(client, { chainId: 1, account })
 * ```
 */
export const getPayout = /* @__PURE__ */ defineRead<GetPayoutParameters, Address>(
  'agent.getPayout',
  ({ connection, chain, blockNumber }, { account }) =>
    readContract(connection, {
      abi: agentRegistryAbi,
      address: chain.deployment.agentRegistry,
      blockNumber,
      functionName: 'payoutOf',
      args: [account],
    }),
)
