import type { Address, Hex } from 'viem'
import { contestFunction, taskContestedEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { nativeValueOf, type Terms } from './terms.ts'
import type { Work } from './work.ts'

const taskEscrowAbi = [contestFunction, taskContestedEvent] as const

/** What `contest` takes. */
export type ContestParameters = WriteParameters & {
  readonly terms: Terms
  /** What stands for review: see `getWork`. */
  readonly work: Work
  /** Basis points of the agreed price, under 10,000. */
  readonly verdict: number
}

/** A verdict that is proposed: it counts unless somebody counters it. */
export type TaskContested = {
  readonly taskId: Hex
  /** Evaluator or requester. */
  readonly by: Address
  /** Basis points of the agreed price. */
  readonly verdict: number
}

/**
 * Proposes a lesser verdict while the review runs, with the dispute bond: by allowance, or as value in the native coin. The signer is the requester.
 *
 * @throws TaskWrongState, TaskWrongCaller, ArbitratorMissing, VerdictInvalid, TaskDeadlinePassed, TaskWorkWrong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * await task.contest.sync(client, { chainId: 1, terms, work, verdict: 2_500 })
 * ```
 */
export const contest = /* @__PURE__ */ defineWrite<ContestParameters, TaskContested>({
  verb: 'task.contest',
  call: (deployment, { terms, work, verdict }) =>
    encodeCall(
      deployment.taskEscrow,
      { abi: taskEscrowAbi, functionName: 'contest', args: [terms, work, verdict] },
      nativeValueOf({ token: terms.token, amount: terms.disputeBond }),
    ),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskContested', logs })[0]?.args,
})

/** `contest`, waiting for the receipt. */
export const contestSync: typeof contest.sync = (client, parameters) => contest.sync(client, parameters)
