import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import { getRequiredAcceptancesFunction } from '../abis/agreements.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const agreementsAbi = [getRequiredAcceptancesFunction] as const

/** What `getRequired` takes. */
export type GetRequiredParameters = ReadParameters & { readonly intentHash: Hex }

/**
 * How many have to accept what was proposed by `propose`: all who take part. Zero when it was never proposed.
 *
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const { value: required } = await agreement.getRequired(client, { chainId: 1, intentHash: proposal.intentHash })
 * ```
 */
export const getRequired = /* @__PURE__ */ defineRead<GetRequiredParameters, number>(
  'agreement.getRequired',
  async ({ connection, chain, blockNumber }, { intentHash }) => {
    const required = await readContract(connection, {
      abi: agreementsAbi,
      address: contractIn(chain.deployment, 'agreements'),
      blockNumber,
      functionName: 'getRequiredAcceptances',
      args: [intentHash],
    })
    return Number(required)
  },
)
