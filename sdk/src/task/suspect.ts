import type { Address, Hex } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { suspectFunction, taskSuspectedEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { chainOf, clientOf } from '../client.ts'
import { suspicionBondOf } from './getSuspicion.ts'
import { nativeValueOf, type Terms } from './terms.ts'

const taskEscrowAbi = [suspectFunction, taskSuspectedEvent] as const

/** What `suspect` takes. */
export type SuspectParameters = WriteParameters & {
  readonly terms: Terms
  /** What this doubt costs, in base units. Default: as the chain says (see `getSuspicionBond`); `suspect.call` asks nobody, and takes it for the first. */
  readonly bond?: bigint
}

/** A doubt that waits for an answer. */
export type TaskSuspected = {
  readonly taskId: Hex
  readonly by: Address
  /** Base units. */
  readonly bond: bigint
  /** Absolute seconds: the last at which the worker may answer. */
  readonly until: number
}

/**
 * Doubts that a worker is alive, with a bond that is the worker's if it answers: by allowance, or as value in the native coin. Each further doubt of an
 * assignment costs double.
 *
 * @throws TaskWrongState, SuspicionPending, SuspicionTooDear, TaskDeadlinePassed, AmountMismatch: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.suspect.sync(client, { chainId: 1, terms })
 * console.log(event.until)
 * ```
 */
export const suspect = /* @__PURE__ */ defineWrite<SuspectParameters, TaskSuspected>({
  verb: 'task.suspect',
  call: (deployment, { terms, bond = terms.suspectBond }) =>
    encodeCall(
      deployment.taskEscrow,
      { abi: taskEscrowAbi, functionName: 'suspect', args: [terms] },
      nativeValueOf({ token: terms.token, amount: bond }),
    ),
  prepare: async (client, parameters) => {
    const { chainId, terms } = parameters
    if (parameters.bond !== undefined || nativeValueOf({ token: terms.token, amount: 1n }) === 0n) return parameters
    const connection = clientOf(client, chainId)
    // A reorganisation in between does no harm: the escrow refuses a wrong bond before anything is sent.
    const context = { connection, chain: chainOf(client, chainId), blockNumber: await getBlockNumber(connection) }
    return { ...parameters, bond: await suspicionBondOf(context, terms) }
  },
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskSuspected', logs })[0]?.args,
})

/** `suspect`, waiting for the receipt. */
export const suspectSync: typeof suspect.sync = (client, parameters) => suspect.sync(client, parameters)
