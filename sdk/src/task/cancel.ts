import { cancelFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [cancelFunction] as const

/** What `cancel` takes. */
export type CancelParameters = WriteParameters & { readonly terms: Terms }

/**
 * Takes an unclaimed task back, and refunds it. The signer is the requester.
 *
 * @throws TaskWrongState, TaskWrongCaller: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.cancel.sync(client, { chainId: 31337, terms })
 * console.log(event.ending)
 * ```
 */
export const cancel = /* @__PURE__ */ defineWrite<CancelParameters, TaskReceipt>({
  verb: 'task.cancel',
  gasMargin: 30,
  call: (deployment, { terms }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'cancel', args: [terms] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `cancel`, waiting for the receipt. */
export const cancelSync: typeof cancel.sync = (client, parameters) => cancel.sync(client, parameters)
