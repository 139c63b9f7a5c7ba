import { type Address, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { boardOfFunction } from '../abis/blackboard.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const blackboardAbi = [boardOfFunction] as const

/** What `getBoard` takes. */
export type GetBoardParameters = ReadParameters & {
  /** The other chain; `chainId` is the one that is read. */
  readonly otherChainId: number
}

/**
 * The blackboard of another chain that a chain believes; undefined: none, so nothing can be proposed there and no mirror comes from there.
 *
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { value } = await cell.getBoard(client, { chainId: 1, otherChainId: 10 })
 * if (value === undefined) console.log('not linked here')
 * ```
 */
export const getBoard = /* @__PURE__ */ defineRead<GetBoardParameters, Address | undefined>(
  'cell.getBoard',
  async ({ connection, chain, blockNumber }, { otherChainId }) => {
    const board = await readContract(connection, {
      ...{ abi: blackboardAbi, address: contractIn(chain.deployment, 'blackboard'), blockNumber },
      functionName: 'boardOf',
      args: [BigInt(otherChainId)],
    })
    return board === zeroAddress ? undefined : board
  },
)
