import type { Hex } from 'viem'
import { openFunction, taskOpenedEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { nativeValueOf, type Terms, totalOf } from './terms.ts'

const taskEscrowAbi = [openFunction, taskOpenedEvent] as const

/** What `open` takes. */
export type OpenParameters = WriteParameters & { readonly terms: Terms }

/** A task that may be claimed. */
export type TaskOpened = { readonly taskId: Hex; readonly terms: Terms }

/**
 * Posts a task. The signer is the requester. `totalOf(terms)` comes by allowance (see `approve`), or as value when it is in the native coin.
 *
 * @throws TermInvalid, TaskWrongState, AmountMismatch, EscrowPaused: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.open.sync(client, { chainId: 31337, terms })
 * console.log(event.taskId)
 * ```
 */
export const open = /* @__PURE__ */ defineWrite<OpenParameters, TaskOpened>({
  verb: 'task.open',
  call: (deployment, { terms }) =>
    encodeCall(
      deployment.taskEscrow,
      { abi: taskEscrowAbi, functionName: 'open', args: [terms] },
      nativeValueOf({ token: terms.token, amount: totalOf(terms) }),
    ),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskOpened', logs })[0]?.args,
})

/** `open`, waiting for the receipt. */
export const openSync: typeof open.sync = (client, parameters) => open.sync(client, parameters)
