import type { Hex } from 'viem'
import { openForFunction, taskOpenedEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { TaskOpened } from './open.ts'
import { nativeValueOf, type Terms, totalOf } from './terms.ts'

const taskEscrowAbi = [openForFunction, taskOpenedEvent] as const

/** What `openFor` takes. */
export type OpenForParameters = WriteParameters & {
  readonly terms: Terms
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  /** Of the requester: see `signPosting`. */
  readonly signature: Hex
}

/**
 * Posts a task for a requester that signed it. The signer of the transaction pays `totalOf(terms)`, by allowance or as value.
 *
 * @throws SignatureExpired, SignatureTakenBack, SignatureInvalid, TermInvalid, TaskWrongState, EscrowPaused: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signature = await task.signPosting(requester, { chainId: 1, terms, expiry })
 * await task.openFor.sync(payer, { chainId: 1, terms, expiry, signature })
 * ```
 */
export const openFor = /* @__PURE__ */ defineWrite<OpenForParameters, TaskOpened>({
  verb: 'task.openFor',
  call: (deployment, { terms, expiry, signature }) =>
    encodeCall(
      deployment.taskEscrow,
      { abi: taskEscrowAbi, functionName: 'openFor', args: [terms, expiry, signature] },
      nativeValueOf({ token: terms.token, amount: totalOf(terms) }),
    ),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskOpened', logs })[0]?.args,
})

/** `openFor`, waiting for the receipt. */
export const openForSync: typeof openFor.sync = (client, parameters) => openFor.sync(client, parameters)
