import { revokeFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [revokeFunction] as const

/** What `revoke` takes. */
export type RevokeParameters = WriteParameters & { readonly terms: Terms }

/**
 * Takes back a task that was never posted, with all that the signer signed for it as its requester. Nobody can post it any more.
 *
 * @throws TaskWrongState, TaskWrongCaller: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.revoke.sync(client, { chainId: 1, terms })
 * console.log(event.ending) // 'Cancellation'
 * ```
 */
export const revoke = /* @__PURE__ */ defineWrite<RevokeParameters, TaskReceipt>({
  verb: 'task.revoke',
  call: (deployment, { terms }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'revoke', args: [terms] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `revoke`, waiting for the receipt. */
export const revokeSync: typeof revoke.sync = (client, parameters) => revoke.sync(client, parameters)
