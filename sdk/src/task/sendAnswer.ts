import type { Hex } from 'viem'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type LaneMessage, messagesIn } from '../gateway/messages.ts'

/** What `sendAnswer` takes. */
export type SendAnswerParameters = WriteParameters & { readonly taskId: Hex }

/**
 * Sends the answer about a task to its worker's chain once more, from state. Anyone may.
 *
 * @throws AnswerUnavailable when the worker is not remote.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.sendAnswer.sync(client, { chainId: 1, taskId })
 * console.log(event.sendId)
 * ```
 */
export const sendAnswer = /* @__PURE__ */ defineWrite<SendAnswerParameters, LaneMessage>({
  verb: 'task.sendAnswer',
  call: (deployment, { taskId }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'sendAnswer', args: [taskId] }),
  event: (logs, deployment) => messagesIn(logs, deployment)[0],
})

/** `sendAnswer`, waiting for the receipt. */
export const sendAnswerSync: typeof sendAnswer.sync = (client, parameters) => sendAnswer.sync(client, parameters)
