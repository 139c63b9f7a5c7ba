import type { Address, Hex } from 'viem'
import { readContract } from 'viem/actions'
import { isMemberAtFunction, isMemberFunction } from '../abis/charters.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const chartersAbi = [isMemberAtFunction, isMemberFunction] as const

/** What `isMember` takes. */
export type IsMemberParameters = ReadParameters & {
  readonly charterId: Hex
  readonly account: Address
  /** Default: the current one of that chain. */
  readonly epoch?: number
}

/**
 * Whether an account is a member of a charter, as far as a chain knows. A mirror knows when it was told by `writeMembers`.
 *
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * const { value } = await charter.isMember(client, { chainId: 1, charterId, account })
 * ```
 */
export const isMember = /* @__PURE__ */ defineRead<IsMemberParameters, boolean>(
  'charter.isMember',
  async ({ connection, chain, blockNumber }, { charterId, account, epoch }) => {
    const place = { abi: chartersAbi, address: contractIn(chain.deployment, 'charters'), blockNumber } as const
    if (epoch === undefined) return readContract(connection, { ...place, functionName: 'isMember', args: [charterId, account] })
    return readContract(connection, { ...place, functionName: 'isMemberAt', args: [charterId, epoch, account] })
  },
)
