import type { Address, Hex, Log } from 'viem'
import { type Ending, endingValues } from '../abis/enums.ts'
import { taskReceiptEvent } from '../abis/taskEscrow.ts'
import { eventsOf } from '../actions/call.ts'
import { enumValue } from '../enumValue.ts'
import type { Deployment } from '../types.ts'

const taskEscrowAbi = [taskReceiptEvent] as const

/** How a task ended, or how one assignment of it did. */
export type TaskReceipt = {
  readonly taskId: Hex
  readonly requester: Address
  /** Zero: nobody held it. */
  readonly worker: Address
  readonly workerChainId: bigint
  readonly evaluator: Address
  /** Zero: the native coin. */
  readonly token: Address
  /** Agreed price, in base units. */
  readonly price: bigint
  /** Basis points of the price. */
  readonly verdict: number
  /** The fencing token that the assignment had; of a task that nobody held, its last. */
  readonly fencingToken: number
  readonly ending: Ending
}

/** Every receipt that a chain's escrow emitted, among logs. */
export function receiptsIn(logs: readonly Log[], { taskEscrow: address }: Deployment): TaskReceipt[] {
  return eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskReceipt', logs }).map(({ args }) => receiptOf(args))
}

/** A receipt from the arguments of its event. */
export function receiptOf(args: Omit<TaskReceipt, 'ending'> & { readonly ending: number }): TaskReceipt {
  return { ...args, ending: enumValue(endingValues, args.ending) }
}
