import { type Hex, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { type TaskState, taskStateValues } from '../abis/enums.ts'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { enumValue } from '../enumValue.ts'
import type { Actor } from './actor.ts'

/** What `getTask` takes. */
export type GetTaskParameters = ReadParameters & { readonly taskId: Hex }

/** A task as its home sees it. */
export type TaskView = {
  /** `None`: never posted. */
  readonly state: TaskState
  /** The worker of record. */
  readonly worker: Actor | undefined
  /** The fencing token: rises with each assignment. */
  readonly token: number
  /** Seconds of the last step. */
  readonly steppedAt: number
  /** Agreed share of the reward, in basis points. */
  readonly price: number
  readonly revisions: number
  /** While assigned: the last second to submit, by the home's clock, stops of the worker's lane included. */
  readonly workDeadline: number | undefined
  /** While submitted: what stands for review. */
  readonly deliverable: Hex | undefined
  /** Once settled: basis points of the price. */
  readonly verdict: number | undefined
}

/**
 * Where a task stands. Read it on its home chain.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value, freshness } = await task.getTask(client, { chainId: 1, taskId })
 * console.log(value.state, freshness.isFinal)
 * ```
 */
export const getTask = /* @__PURE__ */ defineRead<GetTaskParameters, TaskView>(
  'task.getTask',
  async ({ connection, chain, blockNumber }, { taskId }) => {
    const from = { abi: taskEscrowAbi, address: chain.deployment.taskEscrow, blockNumber, args: [taskId] } as const
    const [slot, worker, deliverable] = await Promise.all([
      readContract(connection, { ...from, functionName: 'taskOf' }),
      readContract(connection, { ...from, functionName: 'workerOf' }),
      readContract(connection, { ...from, functionName: 'deliverableOf' }),
    ])
    const { steppedAt, window, price, token, revisions } = slot
    const state = enumValue(taskStateValues, slot.state)
    const workDeadline =
      state === 'Assigned' ? Number(await readContract(connection, { ...from, functionName: 'workDeadlineOf' })) : undefined
    return {
      state,
      worker: worker.account === zeroAddress ? undefined : { chainId: Number(worker.chainId), account: worker.account },
      token,
      steppedAt,
      price,
      revisions,
      workDeadline,
      deliverable: state === 'Submitted' ? deliverable : undefined,
      verdict: state === 'Settled' ? window : undefined,
    }
  },
)
