import { expireFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [expireFunction] as const

/** What `expire` takes. */
export type ExpireParameters = WriteParameters & { readonly terms: Terms }

/**
 * Triggers the default of a task that nobody claimed: the reward returns. Anyone may.
 *
 * @throws TaskWrongState, TaskDeadlineNotReached: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.expire.sync(client, { chainId: 31337, terms })
 * console.log(event.ending)
 * ```
 */
export const expire = /* @__PURE__ */ defineWrite<ExpireParameters, TaskReceipt>({
  verb: 'task.expire',
  gasMargin: 30,
  call: (deployment, { terms }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'expire', args: [terms] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `expire`, waiting for the receipt. */
export const expireSync: typeof expire.sync = (client, parameters) => expire.sync(client, parameters)
