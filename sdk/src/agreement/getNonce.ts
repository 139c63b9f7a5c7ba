import type { Address } from 'viem'
import { readContract } from 'viem/actions'
import { getAgentNonceFunction } from '../abis/agreements.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const agreementsAbi = [getAgentNonceFunction] as const

/** What `getNonce` takes. */
export type GetProposerNonceParameters = ReadParameters & { readonly proposer: Address }

/**
 * The nonce of a proposer's last proposal by `propose`; the next one has to be greater. `agree` neither asks for it nor uses it up.
 *
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const { value: last } = await agreement.getNonce(client, { chainId: 1, proposer })
 * ```
 */
export const getNonce = /* @__PURE__ */ defineRead<GetProposerNonceParameters, bigint>(
  'agreement.getNonce',
  ({ connection, chain, blockNumber }, { proposer }) =>
    readContract(connection, {
      abi: agreementsAbi,
      address: contractIn(chain.deployment, 'agreements'),
      blockNumber,
      functionName: 'getAgentNonce',
      args: [proposer],
    }),
)
