import { type Address, encodeAbiParameters, type Hex } from 'viem'
import { FormatError } from '../errors/format.ts'
import { keccak } from './keccak.ts'

/** A numbered stream of messages from one gateway to one chain. `destinationChainId` zero is the broadcast lane. */
export type Lane = {
  readonly originChainId: bigint
  readonly originGateway: Address
  readonly destinationChainId: bigint
}

/** A message without its place: who to whom, under which limits, with what. */
export type Message = {
  readonly sender: Address
  readonly recipient: Address
  /** At most 5,000,000. */
  readonly gasLimit: number
  /** Absolute seconds; zero: no deadline. */
  readonly deliverBefore: number
  readonly payload: Hex
}

/** The head of a lane without messages. */
export const emptyHead: Hex = '0x0000000000000000000000000000000000000000000000000000000000000000'

const laneParameters = [{ type: 'uint256' }, { type: 'address' }, { type: 'uint256' }] as const
/** The key of a lane in events and storage: `keccak256(abi.encode(lane))`. */
export function laneKey({ originChainId, originGateway, destinationChainId }: Lane): Hex {
  return keccak(encodeAbiParameters(laneParameters, [originChainId, originGateway, destinationChainId]))
}

/**
 * The id of a message. It commits to the lane, the place in it, both ends, both limits and the payload.
 *
 * @param nonce The message's own, counted from 0.
 */
export function leafOf({ lane, nonce, message }: { readonly lane: Lane; readonly nonce: bigint; readonly message: Message }): Hex {
  const { originChainId, originGateway, destinationChainId } = lane
  const { sender, recipient, gasLimit, deliverBefore, payload } = message
  // abi.encode of nine values of fixed length: each is one word.
  const places = [toWord(originChainId), toWord(originGateway), toWord(destinationChainId), toWord(nonce)]
  const parts = [toWord(sender), toWord(recipient), toWord(gasLimit), toWord(deliverBefore), keccak(payload).slice(2)]
  return keccak(`0x${places.join('')}${parts.join('')}`)
}

/** A number or an address as one word of the ABI, without 0x. */
function toWord(value: bigint | number | Address): string {
  const digits = typeof value === 'string' ? value.slice(2) : value.toString(16)
  if (!/^[0-9a-f]{1,64}$/i.test(digits))
    throw new FormatError({ subject: 'Part of a message', fact: `${value}`, expected: 'a whole number or an address' })
  return digits.toLowerCase().padStart(64, '0')
}

/** The head after one more message. */
export function fold(head: Hex, leaf: Hex): Hex {
  return keccak(`0x${head.slice(2)}${leaf.slice(2)}`)
}

/** The head after many more messages. */
export function foldAll(head: Hex, leaves: readonly Hex[]): Hex {
  return leaves.reduce(fold, head)
}
