import { type Address, getAddress, type Hex, type Log } from 'viem'
import { laneAdvancedEvent, messageSentEvent } from '../abis/gateway.ts'
import { eventsOf } from '../actions/call.ts'
import { FormatError } from '../errors/format.ts'
import type { Deployment } from '../types.ts'
import { decodeAttributes } from './attributes.ts'
import { parseInteroperable } from './interoperable.ts'
import { type Lane, leafOf, type Message } from './lane.ts'

const gatewayAbi = [laneAdvancedEvent, messageSentEvent] as const

/** A message with its place on the lane and in the chain. */
export type LaneMessage = {
  readonly lane: Lane
  readonly nonce: bigint
  readonly message: Message
  /** The message's id, and its leaf. */
  readonly sendId: Hex
  /** The lane's head with this message. */
  readonly head: Hex
  readonly blockNumber: bigint
  readonly transactionHash: Hex
}

/**
 * Every message that a chain's gateway sent, among logs in their order.
 *
 * @throws FormatError when an event contradicts its message.
 */
export function messagesIn(logs: readonly Log[], { chainId, gateway: address }: Deployment): LaneMessage[] {
  const steps = eventsOf({ abi: gatewayAbi, address, eventName: 'LaneAdvanced', logs })
  const stepAt = new Map(steps.map((step) => [`${step.transactionHash} ${step.logIndex}`, step]))
  return eventsOf({ abi: gatewayAbi, address, eventName: 'MessageSent', logs }).map(({ args, transactionHash, logIndex, blockNumber }) => {
    const step = stepAt.get(`${transactionHash} ${logIndex - 1}`)
    if (step === undefined) throw contradiction(args.sendId, 'no step of a lane stands before it', 'one')
    const { destinationChainId, nonce: length, head } = step.args
    const lane = { originChainId: BigInt(chainId), originGateway: address, destinationChainId }
    const sender = parseInteroperable(args.sender).address
    const recipient = recipientOf(args.recipient, destinationChainId)
    const message = { sender, recipient, ...decodeAttributes(args.attributes), payload: args.payload }
    const nonce = length - 1n
    const leaf = leafOf({ lane, nonce, message })
    if (leaf !== args.sendId) throw contradiction(args.sendId, `its parts hash to ${leaf}`, 'its id')
    return { lane, nonce, message, sendId: args.sendId, head, blockNumber, transactionHash }
  })
}

/** A broadcast names an address without a chain, which the strict reader of chain addresses refuses. */
function recipientOf(recipient: Hex, destinationChainId: bigint): Address {
  if (destinationChainId !== 0n) return parseInteroperable(recipient).address
  const withoutChain = '0x0001000000'
  if (!recipient.startsWith(`${withoutChain}14`) || recipient.length !== 54)
    throw contradiction(recipient, 'it names a chain', 'none, for a broadcast')
  return getAddress(`0x${recipient.slice(14)}`)
}

function contradiction(sendId: Hex, fact: string, expected: string): FormatError {
  return new FormatError({ subject: `Message ${sendId}`, fact, expected })
}
