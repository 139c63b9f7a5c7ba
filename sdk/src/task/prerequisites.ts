import { encodeAbiParameters, getAbiItem, type Hex, keccak256, zeroHash } from 'viem'
import { confirmPrerequisitesFunction } from '../abis/taskEscrow.ts'

const taskEscrowAbi = [confirmPrerequisitesFunction] as const

/** A task that has to be settled first, on any chain. One of another chain counts once its receipt is at home: see `sendReceipt`. */
export type Prerequisite = { readonly chainId: number; readonly taskId: Hex }

/** The most prerequisites of one task. */
export const maxPrerequisites = 16

/** What terms say of their prerequisites: the hash of the list, or zero when it is empty. */
export function prerequisitesHash(prerequisites: readonly Prerequisite[]): Hex {
  if (prerequisites.length === 0) return zeroHash
  return keccak256(encodeAbiParameters([prerequisitesParameter()], [prerequisitesArgument(prerequisites)]))
}

/** A list of prerequisites as the escrow takes it. */
export function prerequisitesArgument(prerequisites: readonly Prerequisite[]): { chainId: bigint; taskId: Hex }[] {
  return prerequisites.map(({ chainId, taskId }) => ({ chainId: BigInt(chainId), taskId }))
}

function prerequisitesParameter() {
  return getAbiItem({ abi: taskEscrowAbi, name: 'confirmPrerequisites' }).inputs[1]
}
