import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import { taskStateValues } from '../abis/enums.ts'
import { hireFunction, taskOfFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { chainOf, clientOf } from '../client.ts'
import { assignmentsIn, type TaskAssignment } from './assignment.ts'
import { getTaskId } from './taskId.ts'
import { nativeValueOf, type Terms, totalOf } from './terms.ts'
import type { Offer } from './typedData.ts'

const taskEscrowAbi = [hireFunction, taskOfFunction] as const

/** What `hire` takes. */
export type HireParameters = WriteParameters & {
  readonly terms: Terms
  readonly offer: Offer
  /** Of the one of requester and worker that does not call. */
  readonly signature: Hex
  /** Whether the task is posted, so that no value is sent. Default: as the chain says; `hire.call` asks nobody, and takes it from the offer's token. */
  readonly isPosted?: boolean
}

/**
 * Assigns a task to the worker of an offer. Requester or worker calls, the other has signed (see `signOffer`). A task that was not posted is posted by
 * this: `totalOf(terms)` comes from the requester by allowance, or as value when it calls and the reward is in the native coin.
 *
 * @throws TaskWrongState, AllocationWrong, TaskTokenStale, SignatureInvalid, WorkerIsEvaluator, DepositInsufficient, AmountMismatch: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const offer = { worker, sponsor: worker, token: 1, expiry }
 * const signature = await task.signOffer(workerClient, { chainId: 1, terms, offer })
 * const { event } = await task.hire.sync(client, { chainId: 1, terms, offer, signature })
 * console.log(event.token, event.deadline)
 * ```
 */
export const hire = /* @__PURE__ */ defineWrite<HireParameters, TaskAssignment>({
  verb: 'task.hire',
  gasMargin: 30,
  call: (deployment, { terms, offer, signature, isPosted = offer.token > 1 }) =>
    encodeCall(
      deployment.taskEscrow,
      { abi: taskEscrowAbi, functionName: 'hire', args: [terms, offer, signature] },
      nativeValueOf({ token: terms.token, amount: isPosted ? 0n : totalOf(terms) }),
    ),
  prepare: async (client, parameters) => {
    const { chainId, terms } = parameters
    if (parameters.isPosted !== undefined || nativeValueOf({ token: terms.token, amount: 1n }) === 0n) return parameters
    const { state } = await readContract(clientOf(client, chainId), {
      abi: taskEscrowAbi,
      address: chainOf(client, chainId).deployment.taskEscrow,
      functionName: 'taskOf',
      args: [getTaskId(client, { chainId, terms })],
    })
    return { ...parameters, isPosted: state !== taskStateValues.indexOf('None') }
  },
  event: (logs, deployment) => assignmentsIn(logs, deployment)[0],
})

/** `hire`, waiting for the receipt. */
export const hireSync: typeof hire.sync = (client, parameters) => hire.sync(client, parameters)
