import { type Address, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { creditOfFunction } from '../abis/taskEscrow.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const taskEscrowAbi = [creditOfFunction] as const

/** What `getCredit` takes. */
export type GetCreditParameters = ReadParameters & {
  readonly account: Address
  /** Default: the native coin. */
  readonly token?: Address
}

/**
 * What waits for an account because a payment to it had failed, in base units. See `withdraw`.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value } = await task.getCredit(client, { chainId: 1, account })
 * ```
 */
export const getCredit = /* @__PURE__ */ defineRead<GetCreditParameters, bigint>(
  'task.getCredit',
  ({ connection, chain, blockNumber }, { account, token = zeroAddress }) =>
    readContract(connection, {
      abi: taskEscrowAbi,
      address: chain.deployment.taskEscrow,
      blockNumber,
      functionName: 'creditOf',
      args: [account, token],
    }),
)
