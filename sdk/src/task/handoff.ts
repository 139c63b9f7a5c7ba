import type { Hex } from 'viem'
import { handoffFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { assignmentsIn, type TaskAssignment } from './assignment.ts'
import type { Terms } from './terms.ts'
import type { Handoff } from './typedData.ts'

const taskEscrowAbi = [handoffFunction] as const

/** What `handoff` takes. */
export type HandoffParameters = WriteParameters & {
  readonly terms: Terms
  readonly change: Handoff
  /** Of the worker of record: see `signHandoff`. Default: it is the signer of the transaction. */
  readonly signatureFrom?: Hex
  /** Of the new worker. Default: it is the signer of the transaction. */
  readonly signatureTo?: Hex
  /** Of the requester, where the terms want it. Default: none. */
  readonly signatureRequester?: Hex
}

/**
 * Passes an assignment on: the deadline stays, the token rises, and the new worker's sponsor stands behind it. Of the two workers one may call
 * instead of signing. Some terms want the requester's signature too.
 *
 * @throws TaskWrongState, TaskTokenStale, HandoffForbidden, TaskDeadlinePassed, SignatureInvalid, DepositInsufficient: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signatureTo = await task.signHandoff(successor, { chainId: 1, terms, from: worker, change })
 * const { event } = await task.handoff.sync(client, { chainId: 1, terms, change, signatureTo })
 * console.log(event.token)
 * ```
 */
export const handoff = /* @__PURE__ */ defineWrite<HandoffParameters, TaskAssignment>({
  verb: 'task.handoff',
  gasMargin: 30,
  call: (deployment, { terms, change, signatureFrom = '0x', signatureTo = '0x', signatureRequester = '0x' }) =>
    encodeCall(deployment.taskEscrow, {
      abi: taskEscrowAbi,
      functionName: 'handoff',
      args: [terms, change, signatureFrom, signatureTo, signatureRequester],
    }),
  event: (logs, deployment) => assignmentsIn(logs, deployment)[0],
})

/** `handoff`, waiting for the receipt. */
export const handoffSync: typeof handoff.sync = (client, parameters) => handoff.sync(client, parameters)
