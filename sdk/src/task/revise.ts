import type { Log } from 'viem'
import { reviseFunction, revisionRequestedEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Deployment } from '../types.ts'
import { assignmentsIn, type TaskAssignment } from './assignment.ts'
import type { Terms } from './terms.ts'
import type { Work } from './work.ts'

const taskEscrowAbi = [reviseFunction, revisionRequestedEvent] as const

/** What `revise` takes. */
export type ReviseParameters = WriteParameters & {
  readonly terms: Terms
  /** What was judged: see `getWork`. */
  readonly work: Work
}

/** An assignment for a revision. */
export type TaskRevision = TaskAssignment & {
  /** How many were asked for. */
  readonly revision: number
}

/**
 * Asks for a revision instead of giving a verdict. The signer is the evaluator. The worker has the work window once more, under the next token.
 *
 * @throws TaskWrongState, TaskWrongCaller, RevisionsExhausted, TaskDeadlinePassed, TaskWorkWrong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.revise.sync(client, { chainId: 1, terms, work })
 * console.log(event.revision, event.deadline)
 * ```
 */
export const revise = /* @__PURE__ */ defineWrite<ReviseParameters, TaskRevision>({
  verb: 'task.revise',
  call: (deployment, { terms, work }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'revise', args: [terms, work] }),
  event: revisionIn,
})

/** The first revision that was asked for among logs. */
export function revisionIn(logs: readonly Log[], deployment: Deployment): TaskRevision | undefined {
  const [requested] = eventsOf({ abi: taskEscrowAbi, address: deployment.taskEscrow, eventName: 'RevisionRequested', logs })
  const assigned = assignmentsIn(logs, deployment).find(({ taskId }) => taskId === requested?.args.taskId)
  return requested && assigned && { ...assigned, revision: requested.args.revision }
}

/** `revise`, waiting for the receipt. */
export const reviseSync: typeof revise.sync = (client, parameters) => revise.sync(client, parameters)
