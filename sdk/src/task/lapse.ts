import type { Hex } from 'viem'
import { lapseFunction, taskSubmittedEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { releaseIn, type TaskReleased } from './release.ts'
import type { Terms } from './terms.ts'
import type { Work } from './work.ts'

const taskEscrowAbi = [lapseFunction, taskSubmittedEvent] as const

/** What `lapse` takes. */
export type LapseParameters = WriteParameters & { readonly terms: Terms }

/** What became of a task that its worker left. The receipt is the assignment's. */
export type TaskLapsed = TaskReleased | (Work & { readonly outcome: 'Submitted'; readonly taskId: Hex })

/**
 * Triggers the default of a worker that let its deadline pass, or left a doubt unanswered: what it delivered before a revision stands for review
 * again, otherwise the task is open again, or over. Anyone may.
 *
 * @throws TaskWrongState, TaskDeadlineNotReached: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.lapse.sync(client, { chainId: 31337, terms })
 * console.log(event.outcome)
 * ```
 */
export const lapse = /* @__PURE__ */ defineWrite<LapseParameters, TaskLapsed>({
  verb: 'task.lapse',
  gasMargin: 30,
  call: (deployment, { terms }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'lapse', args: [terms] }),
  event: (logs, deployment) => {
    const released = releaseIn(logs, deployment)
    if (released !== undefined) return released
    const [submitted] = eventsOf({ abi: taskEscrowAbi, address: deployment.taskEscrow, eventName: 'TaskSubmitted', logs })
    return submitted && { outcome: 'Submitted', ...submitted.args }
  },
})

/** `lapse`, waiting for the receipt. */
export const lapseSync: typeof lapse.sync = (client, parameters) => lapse.sync(client, parameters)
