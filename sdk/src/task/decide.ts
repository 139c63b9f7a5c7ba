import type { Log } from 'viem'
import { decideFunction, taskContestedEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Deployment } from '../types.ts'
import type { TaskContested } from './contest.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'
import type { Work } from './work.ts'

const taskEscrowAbi = [decideFunction, taskContestedEvent] as const

/** What `decide` takes. */
export type DecideParameters = WriteParameters & {
  readonly terms: Terms
  /** What was judged: see `getWork`. A verdict over other work is refused. */
  readonly work: Work
  /** Basis points of the agreed price. */
  readonly verdict: number
}

/** What a verdict made of a task. */
export type TaskDecided = (TaskReceipt & { readonly outcome: 'Settled' }) | (TaskContested & { readonly outcome: 'Contested' })

/**
 * Gives the evaluator's verdict over one deliverable. The signer is the evaluator. It pays; but where there is an arbitrator, less than 10,000 is a
 * proposal that the worker may counter.
 *
 * @throws TaskWrongState, TaskWrongCaller, TaskTokenStale, TaskWorkWrong, VerdictInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.decide.sync(client, { chainId: 31337, terms, work, verdict: 10_000 })
 * if (event.outcome === 'Settled') console.log(event.worker, event.price)
 * ```
 */
export const decide = /* @__PURE__ */ defineWrite<DecideParameters, TaskDecided>({
  verb: 'task.decide',
  gasMargin: 30,
  call: (deployment, { terms, work, verdict }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'decide', args: [terms, work, verdict] }),
  event: decidedIn,
})

/** What the first verdict among logs made of its task. */
export function decidedIn(logs: readonly Log[], deployment: Deployment): TaskDecided | undefined {
  const [receipt] = receiptsIn(logs, deployment)
  if (receipt !== undefined) return { outcome: 'Settled', ...receipt }
  const [contested] = eventsOf({ abi: taskEscrowAbi, address: deployment.taskEscrow, eventName: 'TaskContested', logs })
  return contested && { outcome: 'Contested', ...contested.args }
}

/** `decide`, waiting for the receipt. */
export const decideSync: typeof decide.sync = (client, parameters) => decide.sync(client, parameters)
