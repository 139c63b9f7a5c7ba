import type { Hex } from 'viem'
import { confirmPrerequisitesFunction, prerequisitesMetEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type Prerequisite, prerequisitesArgument } from './prerequisites.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [confirmPrerequisitesFunction, prerequisitesMetEvent] as const

/** What `confirmPrerequisites` takes. */
export type ConfirmPrerequisitesParameters = WriteParameters & {
  readonly terms: Terms
  /** The list whose hash the terms name, in its order. */
  readonly prerequisites: readonly Prerequisite[]
}

/** A task whose prerequisites are met. */
export type PrerequisitesMet = { readonly taskId: Hex }

/**
 * Shows that every prerequisite of a task is settled well enough, before or after posting: on the task's chain, or by a receipt that came there from
 * the prerequisite's own. Anyone may, once.
 *
 * @throws PrerequisiteUnmet, PrerequisitesWrong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * await task.confirmPrerequisites.sync(client, { chainId: 1, terms, prerequisites: [{ chainId: 1, taskId: first }] })
 * ```
 */
export const confirmPrerequisites = /* @__PURE__ */ defineWrite<ConfirmPrerequisitesParameters, PrerequisitesMet>({
  verb: 'task.confirmPrerequisites',
  call: (deployment, { terms, prerequisites }) =>
    encodeCall(deployment.taskEscrow, {
      abi: taskEscrowAbi,
      functionName: 'confirmPrerequisites',
      args: [terms, prerequisitesArgument(prerequisites)],
    }),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'PrerequisitesMet', logs })[0]?.args,
})

/** `confirmPrerequisites`, waiting for the receipt. */
export const confirmPrerequisitesSync: typeof confirmPrerequisites.sync = (client, parameters) =>
  confirmPrerequisites.sync(client, parameters)
