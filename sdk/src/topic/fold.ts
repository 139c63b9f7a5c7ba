import { type Address, encodeAbiParameters, type Hex, keccak256, parseAbiParameters, zeroHash } from 'viem'

/** The head of a topic that has no entries. */
export const emptyTopicHead: Hex = zeroHash

/** One entry of a topic, as its event tells it. `author` is the word of the event: see `cell.toAuthor`. */
export type RawEntry = { readonly sequence: bigint; readonly author: bigint; readonly data: Hex }

/** Which topic, and where. */
export type TopicPlace = { readonly chainId: number; readonly board: Address; readonly space: Hex; readonly topic: Hex }

const leafFields = parseAbiParameters(
  'uint256 chainId, address board, bytes32 space, bytes32 topic, uint64 sequence, uint256 author, bytes32 dataHash',
)
const foldFields = parseAbiParameters('bytes32 head, bytes32 leaf')

/** The leaf of an entry. It holds its topic and its place, so only the true entries, all of them and in order, fold to the true head. */
export function topicLeaf({ chainId, board, space, topic }: TopicPlace, { sequence, author, data }: RawEntry): Hex {
  return keccak256(encodeAbiParameters(leafFields, [BigInt(chainId), board, space, topic, sequence, author, keccak256(data)]))
}

/** The head after one more leaf. */
export function foldTopic(head: Hex, leaf: Hex): Hex {
  return keccak256(encodeAbiParameters(foldFields, [head, leaf]))
}
