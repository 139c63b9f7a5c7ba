import { ruleFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'
import type { Work } from './work.ts'

const taskEscrowAbi = [ruleFunction] as const

/** What `rule` takes. */
export type RuleParameters = WriteParameters & {
  readonly terms: Terms
  /** What stands for review: see `getWork`. */
  readonly work: Work
  /** Basis points of the agreed price. */
  readonly verdict: number
}

/**
 * Decides a dispute, and pays. The signer is the arbitrator.
 *
 * @throws TaskWrongState, TaskWrongCaller, TaskDeadlinePassed, VerdictInvalid, TaskWorkWrong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.rule.sync(client, { chainId: 1, terms, work, verdict: 5_000 })
 * console.log(event.ending) // 'Ruling'
 * ```
 */
export const rule = /* @__PURE__ */ defineWrite<RuleParameters, TaskReceipt>({
  verb: 'task.rule',
  gasMargin: 30,
  call: (deployment, { terms, work, verdict }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'rule', args: [terms, work, verdict] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `rule`, waiting for the receipt. */
export const ruleSync: typeof rule.sync = (client, parameters) => rule.sync(client, parameters)
