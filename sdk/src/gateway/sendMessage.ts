import type { Address, Hex } from 'viem'
import { sendMessageFunction } from '../abis/gateway.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { encodeAttributes, type MessageLimits } from './attributes.ts'
import { encodeInteroperable } from './interoperable.ts'
import { type LaneMessage, messagesIn } from './messages.ts'

const gatewayAbi = [sendMessageFunction] as const

/** What `sendMessage` takes. */
export type SendMessageParameters = WriteParameters &
  MessageLimits & {
    readonly destinationChainId: number
    /** A contract that implements ERC-7786's `receiveMessage`. */
    readonly recipient: Address
    /** At most 16,384 bytes. */
    readonly payload: Hex
  }

/**
 * Sends a message to a contract on another chain. Order is not guaranteed: whatever travels must carry its own version.
 *
 * @throws DestinationNotLinked, PayloadTooLong, GasLimitInvalid, DeadlineInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { event } = await gateway.sendMessage.sync(client, { chainId: 1, destinationChainId: 10, recipient, payload: '0x1234' })
 * console.log(event.sendId, event.nonce) // the lane and the message are in `event` too
 * ```
 */
export const sendMessage = /* @__PURE__ */ defineWrite<SendMessageParameters, LaneMessage>({
  verb: 'gateway.sendMessage',
  call: (deployment, { destinationChainId, recipient, payload, ...limits }) =>
    encodeCall(deployment.gateway, {
      abi: gatewayAbi,
      functionName: 'sendMessage',
      args: [encodeInteroperable({ chainId: BigInt(destinationChainId), address: recipient }), payload, encodeAttributes(limits)],
    }),
  event: (logs, deployment) => messagesIn(logs, deployment)[0],
})

/** `sendMessage`, waiting for the receipt. */
export const sendMessageSync: typeof sendMessage.sync = (client, parameters) => sendMessage.sync(client, parameters)
