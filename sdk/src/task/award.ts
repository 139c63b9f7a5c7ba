import { awardFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { assignmentsIn, type TaskAssignment } from './assignment.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [awardFunction] as const

/** What `award` takes. */
export type AwardParameters = WriteParameters & { readonly terms: Terms }

/**
 * Triggers the default of an auction: after its challenge window the standing bid has the task. Anyone may. The work window counts from the end of
 * the challenge window.
 *
 * @throws TaskWrongState, TaskDeadlineNotReached: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.award.sync(client, { chainId: 1, terms })
 * console.log(event.worker, event.deadline)
 * ```
 */
export const award = /* @__PURE__ */ defineWrite<AwardParameters, TaskAssignment>({
  verb: 'task.award',
  call: (deployment, { terms }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'award', args: [terms] }),
  event: (logs, deployment) => assignmentsIn(logs, deployment)[0],
})

/** `award`, waiting for the receipt. */
export const awardSync: typeof award.sync = (client, parameters) => award.sync(client, parameters)
