import type { Address, Hex } from 'viem'
import { coordinationExecutedEvent, executeCoordinationFunction } from '../abis/agreements.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Proposal } from './types.ts'

const agreementsAbi = [coordinationExecutedEvent, executeCoordinationFunction] as const

/** What `execute` takes. */
export type ExecuteIntentParameters = WriteParameters & { readonly proposal: Proposal }

/** What all agreed on, done. */
export type CoordinationExecuted = {
  readonly intentHash: Hex
  readonly executor: Address
  readonly success: boolean
  readonly gasUsed: bigint
  /** Of a plan: what its calls returned, as `bytes[]`. Of another type: its `coordinationData`. */
  readonly result: Hex
}

/**
 * Does what was proposed on its chain and accepted by all, while every acceptance counts: all of it, or nothing. Anyone. What `agree` does at once.
 *
 * @throws ERC8001_NotReady when it was not proposed, is over, or not all accepted; ERC8001_ExpiredAcceptance, ERC8001_ExpiredIntent,
 * ERC8001_PayloadHashMismatch, CharterEpochStale, ParticipantsNotMembers, PlanInvalid: the contract's errors, and those of the calls that were agreed
 * on, before anything is sent.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const { event } = await agreement.execute.sync(client, { chainId: 1, proposal })
 * ```
 */
export const execute = /* @__PURE__ */ defineWrite<ExecuteIntentParameters, CoordinationExecuted>({
  verb: 'agreement.execute',
  call: (deployment, { proposal: { intentHash, payload } }) =>
    encodeCall(contractIn(deployment, 'agreements'), {
      abi: agreementsAbi,
      functionName: 'executeCoordination',
      args: [intentHash, payload, '0x'],
    }),
  event: (logs, deployment) =>
    eventsOf({ abi: agreementsAbi, address: contractIn(deployment, 'agreements'), eventName: 'CoordinationExecuted', logs })[0]?.args,
})

/** `execute`, waiting for the receipt. */
export const executeSync: typeof execute.sync = (client, parameters) => execute.sync(client, parameters)
