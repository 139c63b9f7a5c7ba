import type { Address, Hex } from 'viem'
import { childOpenedEvent, openChildFunction } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [childOpenedEvent, openChildFunction] as const

/** What `openChild` takes. */
export type OpenChildParameters = WriteParameters & {
  /** Of the child: their `parent` is the parent's id, and they are judged as the parent is. */
  readonly terms: Terms
  readonly parentTerms: Terms
}

/** A child that may be claimed. */
export type ChildOpened = {
  readonly taskId: Hex
  readonly parent: Hex
  /** Who gets what the child does not pay out when the parent is over. */
  readonly beneficiary: Address
}

/**
 * Posts a child that its parent pays. The signer is the parent's worker, and the requester of the child; no money moves.
 *
 * @throws ChildInvalid, DelegableExceeded, TaskWrongCaller, TaskWrongState, TaskDeadlinePassed, TermInvalid, EscrowPaused: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const parent = task.getTaskId(client, { chainId: 1, terms: parentTerms })
 * const terms = task.createTerms({ ...child, parent, requester: worker, evaluator: parentTerms.evaluator })
 * const { event } = await task.openChild.sync(client, { chainId: 1, terms, parentTerms })
 * console.log(event.taskId)
 * ```
 */
export const openChild = /* @__PURE__ */ defineWrite<OpenChildParameters, ChildOpened>({
  verb: 'task.openChild',
  call: (deployment, { terms, parentTerms }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'openChild', args: [terms, parentTerms] }),
  event: (logs, { taskEscrow: address }) => {
    const [opened] = eventsOf({ abi: taskEscrowAbi, address, eventName: 'ChildOpened', logs })
    return opened && { parent: opened.args.parent, taskId: opened.args.child, beneficiary: opened.args.beneficiary }
  },
})

/** `openChild`, waiting for the receipt. */
export const openChildSync: typeof openChild.sync = (client, parameters) => openChild.sync(client, parameters)
