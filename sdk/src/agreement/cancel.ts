import type { Hex } from 'viem'
import { cancelCoordinationFunction, coordinationCancelledEvent } from '../abis/agreements.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { CoordinationCancelled } from './withdraw.ts'

const agreementsAbi = [cancelCoordinationFunction, coordinationCancelledEvent] as const

/** What `cancel` takes. */
export type CancelIntentParameters = WriteParameters & {
  readonly intentHash: Hex
  /** For people. Default: none. */
  readonly reason?: string
}

/**
 * Gives up what was proposed on its chain: the proposer before its expiry, anyone after that. What was not proposed is given up by `withdraw`.
 *
 * @throws ERC8001_NotProposer, ERC8001_NotReady when it was not proposed or is over: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * await agreement.cancel.sync(client, { chainId: 1, intentHash: proposal.intentHash, reason: 'too late' })
 * ```
 */
export const cancel = /* @__PURE__ */ defineWrite<CancelIntentParameters, CoordinationCancelled>({
  verb: 'agreement.cancel',
  call: (deployment, { intentHash, reason = '' }) =>
    encodeCall(contractIn(deployment, 'agreements'), {
      abi: agreementsAbi,
      functionName: 'cancelCoordination',
      args: [intentHash, reason],
    }),
  event: (logs, deployment) =>
    eventsOf({ abi: agreementsAbi, address: contractIn(deployment, 'agreements'), eventName: 'CoordinationCancelled', logs })[0]?.args,
})

/** `cancel`, waiting for the receipt. */
export const cancelSync: typeof cancel.sync = (client, parameters) => cancel.sync(client, parameters)
