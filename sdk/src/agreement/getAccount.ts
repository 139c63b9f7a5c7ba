import type { Address, Hex } from 'viem'
import { readContract } from 'viem/actions'
import { accountOfFunction } from '../abis/agreements.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const agreementsAbi = [accountOfFunction] as const

/** What `getAccount` takes. */
export type GetAccountParameters = ReadParameters & {
  /** A charter's id, or `partyOf` participants. */
  readonly party: Hex
}

/**
 * From where a party's calls come. It may be paid before it exists. A charter's is the same on every chain.
 *
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const { value: account } = await agreement.getAccount(client, { chainId: 1, party: charterId })
 * ```
 */
export const getAccount = /* @__PURE__ */ defineRead<GetAccountParameters, Address>(
  'agreement.getAccount',
  ({ connection, chain, blockNumber }, { party }) =>
    readContract(connection, {
      abi: agreementsAbi,
      address: contractIn(chain.deployment, 'agreements'),
      blockNumber,
      functionName: 'accountOf',
      args: [party],
    }),
)
