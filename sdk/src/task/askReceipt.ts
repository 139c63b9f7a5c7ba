import { askReceiptFunction } from '../abis/taskPortal.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { requestIn, type TaskRequest } from './requested.ts'
import type { Terms } from './terms.ts'

const taskPortalAbi = [askReceiptFunction] as const

/** What `askReceipt` takes. */
export type AskReceiptParameters = WriteParameters & {
  /** The chain on which the task lives: another one than `chainId`. */
  readonly homeChainId: number
  readonly terms: Terms
}

/**
 * Asks a task's home how the task ended. Home sends its receipt, which `getReceipt` then reads here, or that the task is not over.
 *
 * @throws HomeNotLinked: the contract's error, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * await task.askReceipt.sync(client, { chainId: 10, homeChainId: 1, terms })
 * ```
 */
export const askReceipt = /* @__PURE__ */ defineWrite<AskReceiptParameters, TaskRequest>({
  verb: 'task.askReceipt',
  call: (deployment, { homeChainId, terms }) =>
    encodeCall(deployment.taskPortal, { abi: taskPortalAbi, functionName: 'askReceipt', args: [BigInt(homeChainId), terms] }),
  event: requestIn,
})

/** `askReceipt`, waiting for the receipt of the transaction. */
export const askReceiptSync: typeof askReceipt.sync = (client, parameters) => askReceipt.sync(client, parameters)
