import type { Address, Hex } from 'viem'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { nativeValueOf, type Terms } from './terms.ts'
import type { Work } from './work.ts'

/** What `counter` takes. */
export type CounterParameters = WriteParameters & {
  readonly terms: Terms
  /** What stands for review: see `getWork`. */
  readonly work: Work
}

/** A dispute that the arbitrator decides. */
export type TaskDisputed = { readonly taskId: Hex; readonly by: Address; readonly arbitrator: Address }

/**
 * Puts an equal bond against a proposed verdict, and so calls the arbitrator. Anyone may, at its own risk; the bond comes by allowance, or as value
 * in the native coin.
 *
 * @throws TaskWrongState, TaskDeadlinePassed, TaskWorkWrong, AmountMismatch: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * await task.counter.sync(client, { chainId: 1, terms, work })
 * ```
 */
export const counter = /* @__PURE__ */ defineWrite<CounterParameters, TaskDisputed>({
  verb: 'task.counter',
  call: (deployment, { terms, work }) =>
    encodeCall(
      deployment.taskEscrow,
      { abi: taskEscrowAbi, functionName: 'counter', args: [terms, work] },
      nativeValueOf({ token: terms.token, amount: terms.disputeBond }),
    ),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskDisputed', logs })[0]?.args,
})

/** `counter`, waiting for the receipt. */
export const counterSync: typeof counter.sync = (client, parameters) => counter.sync(client, parameters)
