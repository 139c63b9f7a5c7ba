import { resolveFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'
import type { Work } from './work.ts'

const taskEscrowAbi = [resolveFunction] as const

/** What `resolve` takes. */
export type ResolveParameters = WriteParameters & {
  readonly terms: Terms
  /** What stands for review: see `getWork`. */
  readonly work: Work
}

/**
 * Triggers the default of a contest, where the proposed verdict stands, or of a dispute, where the default split does. Anyone may.
 *
 * @throws TaskWrongState, TaskDeadlineNotReached, TaskWorkWrong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.resolve.sync(client, { chainId: 1, terms, work })
 * console.log(event.ending) // 'Concession' or 'NoRuling'
 * ```
 */
export const resolve = /* @__PURE__ */ defineWrite<ResolveParameters, TaskReceipt>({
  verb: 'task.resolve',
  gasMargin: 30,
  call: (deployment, { terms, work }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'resolve', args: [terms, work] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `resolve`, waiting for the receipt. */
export const resolveSync: typeof resolve.sync = (client, parameters) => resolve.sync(client, parameters)
