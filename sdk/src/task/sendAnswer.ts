import type { Hex } from 'viem'
import { sendAnswerFunction, sendAnswerToFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type LaneMessage, messagesIn } from '../gateway/messages.ts'
import type { Actor } from './actor.ts'
import { actorArgument } from './route.ts'
import { noWork, type Work } from './work.ts'

const taskEscrowAbi = [sendAnswerFunction, sendAnswerToFunction] as const

/** What `sendAnswer` takes. */
export type SendAnswerParameters = WriteParameters & {
  readonly taskId: Hex
  /** What stands for review: see `getWork`. Default: nothing was handed in. */
  readonly work?: Work
  /** Tells this actor how the task stands for it: one whose claim was refused, too. Default: the worker of record. */
  readonly to?: Actor
}

/**
 * Sends the answer about a task to its worker's chain once more, or to that of any actor who asked, from state. Anyone may.
 *
 * @throws AnswerUnavailable when whoever is to be told is not remote, TaskWorkWrong: the contract's errors, before anything is sent.
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
  call: ({ taskEscrow }, { taskId, work = noWork, to }) =>
    to === undefined
      ? encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'sendAnswer', args: [taskId, work] })
      : encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'sendAnswerTo', args: [taskId, work, actorArgument(to)] }),
  event: (logs, deployment) => messagesIn(logs, deployment)[0],
})

/** `sendAnswer`, waiting for the receipt. */
export const sendAnswerSync: typeof sendAnswer.sync = (client, parameters) => sendAnswer.sync(client, parameters)
