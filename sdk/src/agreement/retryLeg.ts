import type { Hex } from 'viem'
import { legExecutedEvent, retryLegFunction } from '../abis/agreements.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Leg } from './types.ts'

const agreementsAbi = [legExecutedEvent, retryLegFunction] as const

/** What `retryLeg` takes. */
export type RetryLegParameters = WriteParameters & {
  /** The charter's home. The leg itself is on `chainId`. */
  readonly homeChainId: number
  readonly intentHash: Hex
  /** The leg's place in the plan. */
  readonly index: number
  readonly charterId: Hex
  readonly leg: Pick<Leg, 'deadline' | 'calls'>
}

/** What became of a leg. */
export type LegExecuted = {
  readonly homeChainId: bigint
  readonly intentHash: Hex
  readonly index: bigint
  /** See `LegStatus` in `@hanse/sdk/enums`. */
  readonly status: number
}

/**
 * Tries a leg again whose calls failed on its chain. Anyone, until its deadline; after that it ends the leg.
 *
 * @throws LegWrongStatus, LegWrong: the contract's errors, and those of the calls, before anything is sent.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * await agreement.retryLeg.sync(client, { chainId: 10, homeChainId: 1, intentHash, index: 0, charterId, leg: plan.legs[0] })
 * ```
 */
export const retryLeg = /* @__PURE__ */ defineWrite<RetryLegParameters, LegExecuted>({
  verb: 'agreement.retryLeg',
  call: (deployment, { homeChainId, intentHash, index, charterId, leg: { deadline, calls } }) =>
    encodeCall(contractIn(deployment, 'agreements'), {
      abi: agreementsAbi,
      functionName: 'retryLeg',
      args: [BigInt(homeChainId), intentHash, BigInt(index), charterId, deadline, calls],
    }),
  event: (logs, deployment) =>
    eventsOf({ abi: agreementsAbi, address: contractIn(deployment, 'agreements'), eventName: 'LegExecuted', logs })[0]?.args,
})

/** `retryLeg`, waiting for the receipt. */
export const retryLegSync: typeof retryLeg.sync = (client, parameters) => retryLeg.sync(client, parameters)
