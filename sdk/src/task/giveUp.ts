import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { releaseIn, type TaskReleased } from './release.ts'
import type { Terms } from './terms.ts'

/** What `giveUp` takes. */
export type GiveUpParameters = WriteParameters & { readonly terms: Terms }

/**
 * Gives the signer's assignment back before anything was delivered, at half of what a lapse costs.
 *
 * @throws TaskWrongState, TaskWrongCaller, TaskDelivered, TaskDeadlinePassed: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.giveUp.sync(client, { chainId: 1, terms })
 * console.log(event.outcome) // 'Reopened' while it may be claimed again
 * ```
 */
export const giveUp = /* @__PURE__ */ defineWrite<GiveUpParameters, TaskReleased>({
  verb: 'task.giveUp',
  gasMargin: 30,
  call: (deployment, { terms }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'giveUp', args: [terms] }),
  event: releaseIn,
})

/** `giveUp`, waiting for the receipt. */
export const giveUpSync: typeof giveUp.sync = (client, parameters) => giveUp.sync(client, parameters)
