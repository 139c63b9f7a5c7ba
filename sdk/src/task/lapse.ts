import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'

/** What `lapse` takes. */
export type LapseParameters = WriteParameters & { readonly terms: Terms }

/**
 * Triggers the default of a worker that let its deadline pass: the task is open again, or over. Anyone may.
 * The event is the receipt of the lapsed assignment; read the task to see whether it is open again.
 *
 * @throws TaskWrongState, TaskDeadlineNotReached: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.lapse.sync(client, { chainId: 31337, terms })
 * console.log(event.ending)
 * ```
 */
export const lapse = /* @__PURE__ */ defineWrite<LapseParameters, TaskReceipt>({
  verb: 'task.lapse',
  gasMargin: 30,
  call: (deployment, { terms }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'lapse', args: [terms] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `lapse`, waiting for the receipt. */
export const lapseSync: typeof lapse.sync = (client, parameters) => lapse.sync(client, parameters)
