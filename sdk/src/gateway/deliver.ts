import type { Hex } from 'viem'
import { batchDeliveredEvent, deliverFunction, messageExpiredEvent, messageFailedEvent } from '../abis/gateway.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { packBatch } from './header.ts'
import type { Lane, Message } from './lane.ts'

const gatewayAbi = [batchDeliveredEvent, deliverFunction, messageExpiredEvent, messageFailedEvent] as const

/** What `deliver` takes. */
export type DeliverParameters = WriteParameters & {
  readonly lane: Lane
  /** The nonce of the first message. */
  readonly first: bigint
  /** The lane's head after `first` messages. */
  readonly headBefore: Hex
  /** At least one, by nonce. */
  readonly messages: readonly Message[]
  /** The leaves of later messages, up to the nonce vouched for. They are not delivered. */
  readonly tail?: readonly Hex[]
  /** For the lane's verifier: see `packProof`. */
  readonly proof: Hex
}

/** What became of a range of messages. */
export type Delivery = {
  readonly laneKey: Hex
  readonly first: bigint
  readonly count: bigint
  /** Nonces whose recipient reverted or answered wrongly: anyone may `retry` them. */
  readonly failed: readonly bigint[]
  /** Nonces that came after their deadline. */
  readonly expired: readonly bigint[]
}

/**
 * Delivers a range of messages. Anyone may: messages already consumed are skipped.
 *
 * @throws HeadNotVouched, LaneNotLinked, LaneIsStopped, GasShort, BatchMalformed: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const proof = gateway.packProof({ signatures })
 * const { event } = await gateway.deliver.sync(client, { chainId: 10, lane, first: 0n, headBefore: gateway.emptyHead, messages, proof })
 * console.log(event.count, event.failed)
 * ```
 */
export const deliver = /* @__PURE__ */ defineWrite<DeliverParameters, Delivery>({
  verb: 'gateway.deliver',
  gasMargin: 30,
  call: (deployment, { lane, first, headBefore, messages, tail = [], proof }) => {
    const { headers, payloads } = packBatch(messages)
    return encodeCall(deployment.gateway, {
      abi: gatewayAbi,
      functionName: 'deliver',
      args: [lane, first, headBefore, headers, payloads, tail, proof],
    })
  },
  event: (logs, { gateway: address }) => {
    const [batch] = eventsOf({ abi: gatewayAbi, address, eventName: 'BatchDelivered', logs })
    if (batch === undefined) return undefined
    const { laneKey } = batch.args
    const noncesOf = (eventName: 'MessageFailed' | 'MessageExpired') =>
      eventsOf({ abi: gatewayAbi, address, eventName, logs })
        .filter(({ args }) => args.laneKey === laneKey)
        .map(({ args }) => args.nonce)
    return { ...batch.args, failed: noncesOf('MessageFailed'), expired: noncesOf('MessageExpired') }
  },
})

/** `deliver`, waiting for the receipt. */
export const deliverSync: typeof deliver.sync = (client, parameters) => deliver.sync(client, parameters)
