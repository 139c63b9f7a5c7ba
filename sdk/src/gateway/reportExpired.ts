import { reportExpiredFunction } from '../abis/gateway.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Lane } from './lane.ts'
import { type LaneMessage, messagesIn } from './messages.ts'

const gatewayAbi = [reportExpiredFunction] as const

/** What `reportExpired` takes. */
export type ReportExpiredParameters = WriteParameters & {
  readonly lane: Lane
  readonly first: bigint
  /** How many messages, all of them expired here. */
  readonly count: number
}

/**
 * Tells a lane's origin that messages expired here, so that it knows that they never ran. Anyone may.
 *
 * @throws MessageNotExpired naming the first one that is not.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { event } = await gateway.reportExpired.sync(client, { chainId: 10, lane, first: 3n, count: 1 })
 * ```
 */
export const reportExpired = /* @__PURE__ */ defineWrite<ReportExpiredParameters, LaneMessage>({
  verb: 'gateway.reportExpired',
  call: (deployment, { lane, first, count }) =>
    encodeCall(deployment.gateway, { abi: gatewayAbi, functionName: 'reportExpired', args: [lane, first, count] }),
  event: (logs, deployment) => messagesIn(logs, deployment)[0],
})

/** `reportExpired`, waiting for the receipt. */
export const reportExpiredSync: typeof reportExpired.sync = (client, parameters) => reportExpired.sync(client, parameters)
