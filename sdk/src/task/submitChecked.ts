import type { Hex } from 'viem'
import { submitCheckedFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [submitCheckedFunction] as const

/** What `submitChecked` takes. */
export type SubmitCheckedParameters = WriteParameters & {
  readonly terms: Terms
  /** The fencing token of the assignment. */
  readonly token: number
  /** The deliverable itself. */
  readonly body: Hex
}

/**
 * Hands in the signer's work to an evaluator that judges at once: it settles, or is refused.
 *
 * @throws TaskWrongCaller, TaskTokenStale, TaskDeadlinePassed, VerdictInvalid, and what the evaluator reverts with: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.submitChecked.sync(client, { chainId: 1, terms, token, body })
 * console.log(event.verdict)
 * ```
 */
export const submitChecked = /* @__PURE__ */ defineWrite<SubmitCheckedParameters, TaskReceipt>({
  verb: 'task.submitChecked',
  gasMargin: 30,
  call: (deployment, { terms, token, body }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'submitChecked', args: [terms, token, body] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `submitChecked`, waiting for the receipt. */
export const submitCheckedSync: typeof submitChecked.sync = (client, parameters) => submitChecked.sync(client, parameters)
