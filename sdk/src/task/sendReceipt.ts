import { sendReceiptFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type LaneMessage, messagesIn } from '../gateway/messages.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [sendReceiptFunction] as const

/** What `sendReceipt` takes. `chainId` is the task's home. */
export type SendReceiptParameters = WriteParameters & {
  readonly terms: Terms
  /** The chain whose portal shall know. */
  readonly toChainId: number
}

/**
 * Sends the receipt of a task that is over to another chain, where its portal keeps it under the chain it came from. Anyone may, as often as needed.
 *
 * @throws TaskNotOver, AnswerUnavailable when the chain has no portal: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.sendReceipt.sync(client, { chainId: 1, terms, toChainId: 10 })
 * console.log(event.sendId)
 * ```
 */
export const sendReceipt = /* @__PURE__ */ defineWrite<SendReceiptParameters, LaneMessage>({
  verb: 'task.sendReceipt',
  call: (deployment, { terms, toChainId }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'sendReceipt', args: [terms, BigInt(toChainId)] }),
  event: (logs, deployment) => messagesIn(logs, deployment)[0],
})

/** `sendReceipt`, waiting for the receipt of the transaction. */
export const sendReceiptSync: typeof sendReceipt.sync = (client, parameters) => sendReceipt.sync(client, parameters)
