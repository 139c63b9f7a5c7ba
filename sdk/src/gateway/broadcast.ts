import type { Address, Hex } from 'viem'
import { broadcastFunction } from '../abis/gateway.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { encodeAttributes, type MessageLimits } from './attributes.ts'
import { type LaneMessage, messagesIn } from './messages.ts'

const gatewayAbi = [broadcastFunction] as const

/** What `broadcast` takes. */
export type BroadcastParameters = WriteParameters &
  Pick<MessageLimits, 'gasLimit'> & {
    /** The contract on each destination; the same address everywhere. */
    readonly recipient: Address
    /** At most 16,384 bytes. */
    readonly payload: Hex
  }

/**
 * Sends one payload to the same address on every chain that linked this gateway's broadcast lane. For public facts, never for grants of value.
 *
 * @throws PayloadTooLong, GasLimitInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { event } = await gateway.broadcast.sync(client, { chainId: 1, recipient, payload: '0x1234' })
 * ```
 */
export const broadcast = /* @__PURE__ */ defineWrite<BroadcastParameters, LaneMessage>({
  verb: 'gateway.broadcast',
  call: (deployment, { recipient, payload, gasLimit }) =>
    encodeCall(deployment.gateway, {
      abi: gatewayAbi,
      functionName: 'broadcast',
      args: [recipient, payload, encodeAttributes(gasLimit === undefined ? {} : { gasLimit })],
    }),
  event: (logs, deployment) => messagesIn(logs, deployment).find(({ lane }) => lane.destinationChainId === 0n),
})

/** `broadcast`, waiting for the receipt. */
export const broadcastSync: typeof broadcast.sync = (client, parameters) => broadcast.sync(client, parameters)
