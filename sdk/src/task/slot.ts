import { type Address, type Hex, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { type Ending, endingValues, type TaskState, taskStateValues } from '../abis/enums.ts'
import { taskOfFunction } from '../abis/taskEscrow.ts'
import type { ReadContext } from '../actions/defineRead.ts'
import { enumValue } from '../enumValue.ts'

const taskEscrowAbi = [taskOfFunction] as const

/** A task as its one storage slot has it. */
export type TaskSlot = {
  readonly state: TaskState
  /** Of a proposed, assigned or settled task. */
  readonly worker: Address | undefined
  /** Of an open task what a plain claim brings, of one under review its work: both as hashes of 20 bytes. */
  readonly key: Hex
  readonly steppedAt: number
  /** Seconds of the work window; once contested or settled, the verdict in basis points. */
  readonly window: number
  /** How a settled task ended. */
  readonly ending: Ending | undefined
  readonly price: number
  readonly token: number
  readonly revisions: number
  readonly isSuspected: boolean
  /** Whether the worker is remote, or another's deposit stands behind it. */
  readonly isBacked: boolean
}

/** Reads a task's slot. */
export async function slotOf({ connection, chain, blockNumber }: ReadContext, taskId: Hex): Promise<TaskSlot> {
  const {
    state: number,
    worker,
    window,
    ...slot
  } = await readContract(connection, {
    abi: taskEscrowAbi,
    address: chain.deployment.taskEscrow,
    blockNumber,
    functionName: 'taskOf',
    args: [taskId],
  })
  const state = enumValue(taskStateValues, number)
  // A settled task has its ending above the verdict.
  const ending = state === 'Settled' ? enumValue(endingValues, window >> 16) : undefined
  return {
    ...slot,
    state,
    window: ending === undefined ? window : window & 0xffff,
    ending,
    worker: worker === zeroAddress ? undefined : worker,
  }
}

/** Whether work stands for review: submitted, contested or disputed. */
export function isUnderReview(state: TaskState): boolean {
  return state === 'Submitted' || state === 'Contested' || state === 'Disputed'
}
