import type { Hex } from 'viem'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type LaneMessage, messagesIn } from '../gateway/messages.ts'
import { noWork, type Work } from './work.ts'

/** What `sendAnswer` takes. */
export type SendAnswerParameters = WriteParameters & {
  readonly taskId: Hex
  /** What stands for review: see `getWork`. Default: nothing was handed in. */
  readonly work?: Work
}

/**
 * Sends the answer about a task to its worker's chain once more, from state. Anyone may.
 *
 * @throws AnswerUnavailable when the worker is not remote, TaskWorkWrong: the contract's errors, before anything is sent.
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
  call: (deployment, { taskId, work = noWork }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'sendAnswer', args: [taskId, work] }),
  event: (logs, deployment) => messagesIn(logs, deployment)[0],
})

/** `sendAnswer`, waiting for the receipt. */
export const sendAnswerSync: typeof sendAnswer.sync = (client, parameters) => sendAnswer.sync(client, parameters)
