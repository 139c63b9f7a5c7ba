import { type Address, encodeAbiParameters, getAbiItem, type Hex, keccak256 } from 'viem'
import { taskIdOfFunction } from '../abis/taskEscrow.ts'
import { type Client, chainOf } from '../client.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [taskIdOfFunction] as const

/** The ABI of the terms, for encoding and for looking at their fields. */
export function termsParameter() {
  return getAbiItem({ abi: taskEscrowAbi, name: 'taskIdOf' }).inputs[0]
}

/** The id of a task: `keccak256(abi.encode(chainId, escrow, terms))`. Known before posting, and everywhere. */
export function taskIdOf({ chainId, escrow, terms }: { readonly chainId: number; readonly escrow: Address; readonly terms: Terms }): Hex {
  return keccak256(encodeAbiParameters([{ type: 'uint256' }, { type: 'address' }, termsParameter()], [BigInt(chainId), escrow, terms]))
}

/**
 * The id of a task under these terms at home on a chain of the client. Asks no node.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const taskId = task.getTaskId(client, { chainId: 31337, terms })
 * ```
 */
export function getTaskId(client: Client, { chainId, terms }: { readonly chainId: number; readonly terms: Terms }): Hex {
  return taskIdOf({ chainId, escrow: chainOf(client, chainId).deployment.taskEscrow, terms })
}
