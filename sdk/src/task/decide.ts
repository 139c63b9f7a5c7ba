import type { Hex } from 'viem'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'

/** What `decide` takes. */
export type DecideParameters = WriteParameters & {
  readonly terms: Terms
  /** The fencing token of the submission. */
  readonly token: number
  /** The deliverable that was judged: a verdict over another one is refused. */
  readonly deliverable: Hex
  /** Basis points of the agreed price. */
  readonly verdict: number
}

/**
 * Gives the evaluator's verdict over one deliverable, and pays. The signer is the evaluator.
 *
 * @throws TaskWrongState, TaskWrongCaller, TaskTokenStale, TaskDeliverableWrong, VerdictInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.decide.sync(client, { chainId: 31337, terms, token, deliverable, verdict: 10_000 })
 * console.log(event.worker, event.price)
 * ```
 */
export const decide = /* @__PURE__ */ defineWrite<DecideParameters, TaskReceipt>({
  verb: 'task.decide',
  gasMargin: 30,
  call: (deployment, { terms, token, deliverable, verdict }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'decide', args: [terms, token, deliverable, verdict] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `decide`, waiting for the receipt. */
export const decideSync: typeof decide.sync = (client, parameters) => decide.sync(client, parameters)
