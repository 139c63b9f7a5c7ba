import { type Address, type Hex, zeroHash } from 'viem'
import { readContract } from 'viem/actions'
import { type Ending, endingValues } from '../abis/enums.ts'
import { receiptOfFunction } from '../abis/taskPortal.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { enumValue } from '../enumValue.ts'

const taskPortalAbi = [receiptOfFunction] as const

/** What a portal keeps of the receipt of a task that lives elsewhere. */
export type StoredReceipt = {
  /** keccak-256 of the ABI encoding of the whole receipt, which `isReceipt` of the portal compares. */
  readonly hash: Hex
  /** Zero: nobody held the task. */
  readonly worker: Address
  /** Basis points of the price. */
  readonly verdict: number
  readonly fencingToken: number
  readonly ending: Ending
}

/** What `getReceipt` takes. */
export type GetReceiptParameters = ReadParameters & {
  /** The chain on which the task lives: another one than `chainId`. */
  readonly homeChainId: number
  readonly taskId: Hex
}

/**
 * What a chain knows of how a task of another chain ended, or undefined while its receipt has not come: see `sendReceipt` and `askReceipt`.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value } = await task.getReceipt(client, { chainId: 10, homeChainId: 1, taskId })
 * console.log(value?.verdict)
 * ```
 */
export const getReceipt = /* @__PURE__ */ defineRead<GetReceiptParameters, StoredReceipt | undefined>(
  'task.getReceipt',
  async ({ connection, chain, blockNumber }, { homeChainId, taskId }) => {
    const stored = await readContract(connection, {
      abi: taskPortalAbi,
      address: chain.deployment.taskPortal,
      blockNumber,
      functionName: 'receiptOf',
      args: [BigInt(homeChainId), taskId],
    })
    return stored.hash === zeroHash ? undefined : { ...stored, ending: enumValue(endingValues, stored.ending) }
  },
)
