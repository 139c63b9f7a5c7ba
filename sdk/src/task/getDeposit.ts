import { type Address, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { depositOfFunction } from '../abis/taskEscrow.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import type { Actor } from './actor.ts'

const taskEscrowAbi = [depositOfFunction] as const

/** What `getDeposit` takes. */
export type GetDepositParameters = ReadParameters & {
  readonly sponsor: Address
  readonly actor: Actor
  /** Default: the native coin. */
  readonly token?: Address
}

/**
 * What of a sponsor's deposit for an actor is free, in base units.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value } = await task.getDeposit(client, { chainId: 1, sponsor, actor: { chainId: 10, account: worker } })
 * ```
 */
export const getDeposit = /* @__PURE__ */ defineRead<GetDepositParameters, bigint>(
  'task.getDeposit',
  ({ connection, chain, blockNumber }, { sponsor, actor, token = zeroAddress }) =>
    readContract(connection, {
      abi: taskEscrowAbi,
      address: chain.deployment.taskEscrow,
      blockNumber,
      functionName: 'depositOf',
      args: [sponsor, BigInt(actor.chainId), actor.account, token],
    }),
)
