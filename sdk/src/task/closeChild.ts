import { closeChildFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [closeChildFunction] as const

/** What `closeChild` takes. */
export type CloseChildParameters = WriteParameters & { readonly terms: Terms }

/**
 * Ends an open child whose parent is over. Anyone may.
 *
 * @throws TaskWrongState, ParentAlive: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.closeChild.sync(client, { chainId: 1, terms })
 * console.log(event.ending) // 'Cancellation'
 * ```
 */
export const closeChild = /* @__PURE__ */ defineWrite<CloseChildParameters, TaskReceipt>({
  verb: 'task.closeChild',
  gasMargin: 30,
  call: (deployment, { terms }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'closeChild', args: [terms] }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `closeChild`, waiting for the receipt. */
export const closeChildSync: typeof closeChild.sync = (client, parameters) => closeChild.sync(client, parameters)
