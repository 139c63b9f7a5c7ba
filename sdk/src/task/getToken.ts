import { type Address, erc20Abi, isAddressEqual, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

/** What `getToken` takes. */
export type GetTokenParameters = ReadParameters & {
  /** Zero is the native coin. */
  readonly token: Address
}

/** What one needs to know of a coin to write its amounts. */
export type TokenView = { readonly symbol: string; readonly decimals: number }

/**
 * How amounts of a coin are written.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 * import { parseUnits } from 'viem'
 *
 * const { value } = await task.getToken(client, { chainId: 1, token })
 * const reward = parseUnits('1.5', value.decimals)
 * ```
 */
export const getToken = /* @__PURE__ */ defineRead<GetTokenParameters, TokenView>(
  'task.getToken',
  async ({ connection, blockNumber }, { token }) => {
    if (isAddressEqual(token, zeroAddress)) return { symbol: 'coins', decimals: 18 }
    const contract = { abi: erc20Abi, address: token, blockNumber } as const
    const [symbol, decimals] = await Promise.all([
      readContract(connection, { ...contract, functionName: 'symbol' }),
      readContract(connection, { ...contract, functionName: 'decimals' }),
    ])
    return { symbol, decimals }
  },
)
