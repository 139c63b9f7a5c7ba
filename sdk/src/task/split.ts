import type { Hex } from 'viem'
import { splitFunction } from '../abis/taskEscrow.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'
import type { Terms } from './terms.ts'
import type { Split } from './typedData.ts'
import { noWork, type Work } from './work.ts'

const taskEscrowAbi = [splitFunction] as const

/** What `split` takes. */
export type SplitParameters = WriteParameters & {
  readonly terms: Terms
  readonly agreed: Split
  /** What stands for review: see `getWork`. Default: nothing was handed in. */
  readonly work?: Work
  /** Of the requester: see `signSplit`. Default: it is the signer of the transaction. */
  readonly signatureRequester?: Hex
  /** Of the worker. Default: it is the signer of the transaction. */
  readonly signatureWorker?: Hex
}

/**
 * Ends a task with a worker as both sides agreed. One of them may call instead of signing.
 *
 * @throws TaskWrongState, TaskTokenStale, SplitForbidden, SignatureInvalid, SignatureExpired, TaskWorkWrong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const agreed = { share: 3_000, token, expiry }
 * const signatureWorker = await task.signSplit(worker, { chainId: 1, terms, agreed, worker: worker.account.address })
 * await task.split.sync(requester, { chainId: 1, terms, agreed, signatureWorker })
 * ```
 */
export const split = /* @__PURE__ */ defineWrite<SplitParameters, TaskReceipt>({
  verb: 'task.split',
  gasMargin: 30,
  call: (deployment, { terms, agreed, work = noWork, signatureRequester = '0x', signatureWorker = '0x' }) =>
    encodeCall(deployment.taskEscrow, {
      abi: taskEscrowAbi,
      functionName: 'split',
      args: [terms, work, agreed, signatureRequester, signatureWorker],
    }),
  event: (logs, deployment) => receiptsIn(logs, deployment)[0],
})

/** `split`, waiting for the receipt. */
export const splitSync: typeof split.sync = (client, parameters) => split.sync(client, parameters)
