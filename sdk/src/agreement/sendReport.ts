import type { Hex } from 'viem'
import { sendReportFunction } from '../abis/agreements.ts'
import { encodeCall } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type LaneMessage, messagesIn } from '../gateway/messages.ts'

const agreementsAbi = [sendReportFunction] as const

/** What `sendReport` takes. */
export type SendReportParameters = WriteParameters & {
  /** The charter's home, which is told. The leg itself is on `chainId`. */
  readonly homeChainId: number
  readonly intentHash: Hex
  /** The leg's place in the plan. */
  readonly index: number
}

/**
 * Tells a charter's home once more, from state, what became of a leg on this chain. Anyone. Home reads it with `getReport`.
 *
 * @throws LegWrongStatus when nothing is known of the leg here, DestinationNotLinked: the contracts' errors, before anything is sent.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const { event } = await agreement.sendReport.sync(client, { chainId: 10, homeChainId: 1, intentHash, index: 0 })
 * console.log(event.sendId)
 * ```
 */
export const sendReport = /* @__PURE__ */ defineWrite<SendReportParameters, LaneMessage>({
  verb: 'agreement.sendReport',
  call: (deployment, { homeChainId, intentHash, index }) =>
    encodeCall(contractIn(deployment, 'agreements'), {
      abi: agreementsAbi,
      functionName: 'sendReport',
      args: [BigInt(homeChainId), intentHash, BigInt(index)],
    }),
  event: (logs, deployment) => messagesIn(logs, deployment)[0],
})

/** `sendReport`, waiting for the receipt. */
export const sendReportSync: typeof sendReport.sync = (client, parameters) => sendReport.sync(client, parameters)
