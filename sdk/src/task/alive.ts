import type { Address, Hex } from 'viem'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

/** What `alive` takes. */
export type AliveParameters = WriteParameters & { readonly taskId: Hex }

/** A worker that lives. */
export type SuspicionAnswered = { readonly taskId: Hex; readonly worker: Address }

/**
 * Answers a doubt: the signer lives, and the bond of the doubt is its own. It waits for `withdraw`.
 *
 * @throws TaskWrongState, TaskWrongCaller, SuspicionMissing, TaskDeadlinePassed: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * await task.alive.sync(client, { chainId: 1, taskId })
 * ```
 */
export const alive = /* @__PURE__ */ defineWrite<AliveParameters, SuspicionAnswered>({
  verb: 'task.alive',
  call: (deployment, { taskId }) => encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'alive', args: [taskId] }),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'SuspicionAnswered', logs })[0]?.args,
})

/** `alive`, waiting for the receipt. */
export const aliveSync: typeof alive.sync = (client, parameters) => alive.sync(client, parameters)
