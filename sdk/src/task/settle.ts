import { settleFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'
import type { Work } from './work.ts'

const taskEscrowAbi = [settleFunction] as const

/** What `settle` takes. */
export type SettleParameters = WriteParameters & {
  readonly terms: Terms
  /** What stands for review: see `getWork`. */
  readonly work: Work
}

/**
 * Triggers the default of a review that stayed silent: the worker gets what the terms give to silence. Anyone may.
 *
 * @throws TaskWrongState, TaskDeadlineNotReached, TaskWorkWrong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value: work } = await task.getWork(client, { chainId: 31337, taskId })
 * if (work !== undefined) await task.settle.sync(client, { chainId: 31337, terms, work })
 * ```
 */
export const settle = /* @__PURE__ */ defineWrite<SettleParameters, TaskReceipt>({
  verb: 'task.settle',
  gasMargin: 30,
  call: (deployment, { terms, work }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'settle', args: [terms, work] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `settle`, waiting for the receipt. */
export const settleSync: typeof settle.sync = (client, parameters) => settle.sync(client, parameters)
