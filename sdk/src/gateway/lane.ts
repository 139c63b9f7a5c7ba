import { type Address, encodeAbiParameters, type Hex, keccak256 } from 'viem'

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
const leafParameters = [
  ...laneParameters,
  { type: 'uint64' },
  { type: 'address' },
  { type: 'address' },
  { type: 'uint32' },
  { type: 'uint40' },
  { type: 'bytes32' },
] as const

/** The key of a lane in events and storage: `keccak256(abi.encode(lane))`. */
export function laneKey({ originChainId, originGateway, destinationChainId }: Lane): Hex {
  return keccak256(encodeAbiParameters(laneParameters, [originChainId, originGateway, destinationChainId]))
}

/**
 * The id of a message. It commits to the lane, the place in it, both ends, both limits and the payload.
 *
 * @param nonce The message's own, counted from 0.
 */
export function leafOf({ lane, nonce, message }: { readonly lane: Lane; readonly nonce: bigint; readonly message: Message }): Hex {
  const { originChainId, originGateway, destinationChainId } = lane
  const { sender, recipient, gasLimit, deliverBefore, payload } = message
  return keccak256(
    encodeAbiParameters(leafParameters, [
      originChainId,
      originGateway,
      destinationChainId,
      nonce,
      sender,
      recipient,
      gasLimit,
      deliverBefore,
      keccak256(payload),
    ]),
  )
}

/** The head after one more message. */
export function fold(head: Hex, leaf: Hex): Hex {
  return keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'bytes32' }], [head, leaf]))
}

/** The head after many more messages. */
export function foldAll(head: Hex, leaves: readonly Hex[]): Hex {
  return leaves.reduce(fold, head)
}
