import type { Hex } from 'viem'
import { submitForFunction, submitFunction, taskSubmittedEvent } from '../abis/taskEscrow.ts'
import { submitFunction as portalSubmitFunction } from '../abis/taskPortal.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { requestIn, type TaskRequest } from './requested.ts'
import { actorArgument, routeOf, type SignedBy } from './route.ts'
import type { Work } from './work.ts'

const taskPortalAbi = [portalSubmitFunction] as const

const taskEscrowAbi = [submitForFunction, submitFunction, taskSubmittedEvent] as const

/** What `submit` takes. */
export type SubmitParameters = WriteParameters & {
  /** The chain on which the task lives. On another chain than `chainId` the work goes through the portal: see `routeOf`. */
  readonly homeChainId: number
  readonly taskId: Hex
  /** The fencing token of the assignment. */
  readonly token: number
  /** keccak-256 of the body. */
  readonly deliverable: Hex
  /** Hands in for whoever signed: see `signSubmission`. Only at home. */
  readonly signed?: SignedBy
}

/** Work that is under review. */
export type TaskSubmitted = Work & { readonly via: 'home'; readonly taskId: Hex }

/**
 * Hands in the signer's work: at home at once, from another chain by a request that home answers.
 *
 * @throws TaskWrongCaller, TaskTokenStale, TaskDeadlinePassed, HomeNotLinked: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const deliverable = await store.put(body)
 * await task.submit.sync(client, { chainId: 10, homeChainId: 1, taskId, token, deliverable })
 * ```
 */
export const submit = /* @__PURE__ */ defineWrite<SubmitParameters, TaskSubmitted | TaskRequest>({
  verb: 'task.submit',
  call: ({ taskEscrow, taskPortal }, { chainId, homeChainId, taskId, token, deliverable, signed }) => {
    const route = routeOf({ chainId, homeChainId, signed })
    if (signed !== undefined) {
      const { actor, expiry, signature } = signed
      const args = [taskId, actorArgument(actor), token, deliverable, expiry, signature] as const
      return encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'submitFor', args })
    }
    return route === 'home'
      ? encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'submit', args: [taskId, token, deliverable] })
      : encodeCall(taskPortal, {
          abi: taskPortalAbi,
          functionName: 'submit',
          args: [BigInt(homeChainId), taskId, token, deliverable],
        })
  },
  event: (logs, deployment) => {
    const [submitted] = eventsOf({ abi: taskEscrowAbi, address: deployment.taskEscrow, eventName: 'TaskSubmitted', logs })
    return submitted === undefined ? requestIn(logs, deployment) : { via: 'home', ...submitted.args }
  },
})

/** `submit`, waiting for the receipt. */
export const submitSync: typeof submit.sync = (client, parameters) => submit.sync(client, parameters)
