import type { Hex } from 'viem'
import { messageExpiredEvent, messageRetriedEvent, retryFunction } from '../abis/gateway.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { packHeader } from './header.ts'
import type { Lane, Message } from './lane.ts'

const gatewayAbi = [messageExpiredEvent, messageRetriedEvent, retryFunction] as const

/** What `retry` takes. */
export type RetryParameters = WriteParameters & { readonly lane: Lane; readonly nonce: bigint; readonly message: Message }

/** What became of a message that was tried again. */
export type Retried = { readonly outcome: 'consumed' | 'expired'; readonly laneKey: Hex; readonly nonce: bigint; readonly receiveId: Hex }

/**
 * Runs a failed message again, or marks it expired when its deadline has passed. Anyone may.
 *
 * @throws MessageNotFailed when it did not fail or has other content.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { event } = await gateway.retry.sync(client, { chainId: 10, lane, nonce: 3n, message })
 * console.log(event.outcome)
 * ```
 */
export const retry = /* @__PURE__ */ defineWrite<RetryParameters, Retried>({
  verb: 'gateway.retry',
  gasMargin: 30,
  call: (deployment, { lane, nonce, message }) =>
    encodeCall(deployment.gateway, { abi: gatewayAbi, functionName: 'retry', args: [lane, nonce, packHeader(message), message.payload] }),
  event: (logs, { gateway: address }) => {
    const [retried] = eventsOf({ abi: gatewayAbi, address, eventName: 'MessageRetried', logs })
    if (retried !== undefined) return { outcome: 'consumed', ...retried.args }
    const [expired] = eventsOf({ abi: gatewayAbi, address, eventName: 'MessageExpired', logs })
    return expired === undefined ? undefined : { outcome: 'expired', ...expired.args }
  },
})

/** `retry`, waiting for the receipt. */
export const retrySync: typeof retry.sync = (client, parameters) => retry.sync(client, parameters)
