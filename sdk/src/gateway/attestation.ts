import {
  type Address,
  compactSignatureToSignature,
  concat,
  encodeAbiParameters,
  getAddress,
  type Hex,
  hashTypedData,
  keccak256,
  numberToHex,
  parseSignature,
  recoverAddress,
  serializeSignature,
  signatureToCompactSignature,
  size,
  slice,
} from 'viem'
import { type FinalityKind, finalityKindValues } from '../abis/enums.ts'
import { FormatError } from '../errors/format.ts'
import type { Finality } from '../types.ts'
import type { Lane } from './lane.ts'

/** The EIP-712 domain of head attestations: no chain id and no contract, because a head is a fact that is true everywhere. */
export const headDomain = { name: 'Hanse WatcherSet', version: '1' } as const

/** The EIP-712 type of head attestations. */
export const headTypes = {
  Head: [
    { name: 'setId', type: 'bytes32' },
    { name: 'originChainId', type: 'uint256' },
    { name: 'originGateway', type: 'address' },
    { name: 'destinationChainId', type: 'uint256' },
    { name: 'nonce', type: 'uint64' },
    { name: 'head', type: 'bytes32' },
  ],
} as const

/** What a watcher vouches for: under `setId`, the lane's head after `nonce` messages. */
export type HeadStatement = { readonly setId: Hex; readonly lane: Lane; readonly nonce: bigint; readonly head: Hex }

/** The typed data of a head, for `signTypedData` of any viem account. */
export function headTypedData({ setId, lane, nonce, head }: HeadStatement) {
  return { domain: headDomain, types: headTypes, primaryType: 'Head', message: { setId, ...lane, nonce, head } } as const
}

/** The EIP-712 digest that watchers sign. */
export function headDigest(statement: HeadStatement): Hex {
  return hashTypedData(headTypedData(statement))
}

/** The EIP-712 type of rotations, in the same domain as heads. */
export const rotationTypes = {
  Rotation: [
    { name: 'setId', type: 'bytes32' },
    { name: 'nextSetId', type: 'bytes32' },
  ],
} as const

/** What the current generation of watchers signs to choose the next one. */
export type RotationStatement = { readonly setId: Hex; readonly nextSetId: Hex }

/** The typed data of a rotation, for `signTypedData` of any viem account. */
export function rotationTypedData(message: RotationStatement) {
  return { domain: headDomain, types: rotationTypes, primaryType: 'Rotation', message } as const
}

/** The EIP-712 digest by which the current generation chooses the next one. */
export function rotationDigest(statement: RotationStatement): Hex {
  return hashTypedData(rotationTypedData(statement))
}

/** One generation of watchers. */
export type Roster = {
  readonly previousSetId: Hex
  /** Strictly ascending. */
  readonly members: readonly Address[]
  readonly quorum: number
  /** Strictly ascending by chain id. */
  readonly policies: readonly { readonly chainId: bigint; readonly finality: Finality }[]
}

const kinds: Readonly<Record<Finality['kind'], FinalityKind>> = { depth: 'Depth', safe: 'Safe', finalized: 'Finalized' }

/** A finality policy as the contracts number it. */
export function finalityPolicy({ chainId, finality }: Roster['policies'][number]) {
  return { chainId, kind: finalityKindValues.indexOf(kinds[finality.kind]), depth: finality.kind === 'depth' ? finality.depth : 0 }
}

/** The roster as `IWatcherSet.adopt` takes it: policies numbered as in Solidity. */
export function rosterArgument({ previousSetId, members, quorum, policies }: Roster) {
  return { previousSetId, members, quorum, policies: policies.map(finalityPolicy) }
}

const setIdParameters = [
  { type: 'bytes32' },
  { type: 'address[]' },
  { type: 'uint8' },
  {
    type: 'tuple[]',
    components: [
      { name: 'chainId', type: 'uint256' },
      { name: 'kind', type: 'uint8' },
      { name: 'depth', type: 'uint32' },
    ],
  },
] as const

/** The id of a generation of watchers: `keccak256(abi.encode(previousSetId, members, quorum, policies))`. */
export function setIdOf(roster: Roster): Hex {
  const { previousSetId, members, quorum, policies } = rosterArgument(roster)
  return keccak256(encodeAbiParameters(setIdParameters, [previousSetId, members, quorum, policies]))
}

/** A watcher's signature over a head, in the 65 bytes `r | s | v` that accounts give, or the 64 bytes `r | vs` of ERC-2098. */
export type SignedHead = { readonly signer: Address; readonly signature: Hex }

/** The 64 bytes `r | vs` of ERC-2098 that proofs hold. */
export function toCompact(signature: Hex): Hex {
  if (size(signature) === 64) return signature
  if (size(signature) !== 65) {
    throw new FormatError({ subject: 'Signature', fact: `it has ${size(signature)} bytes`, expected: '64 or 65' })
  }
  const { r, yParityAndS } = signatureToCompactSignature(parseSignature(signature))
  return concat([r, yParityAndS])
}

/** Who signed a head, from either form of signature. */
export function recoverSigner({ statement, signature }: { readonly statement: HeadStatement; readonly signature: Hex }): Promise<Address> {
  const compact = toCompact(signature)
  const full = compactSignatureToSignature({ r: slice(compact, 0, 32), yParityAndS: slice(compact, 32, 64) })
  return recoverAddress({ hash: headDigest(statement), signature: serializeSignature(full) })
}

/**
 * Packs a proof for `WatcherSet.verify`: `uint16 leafCount | leaves | signatures`, signatures by strictly ascending signers.
 *
 * @param signatures One per watcher; order does not matter, they are sorted here.
 * @param leaves Lead from the head asked about to the head that was signed; empty when they are the same.
 * @throws FormatError when one watcher stands twice or there are too many leaves.
 */
export function packProof({
  signatures,
  leaves = [],
}: {
  readonly signatures: readonly SignedHead[]
  readonly leaves?: readonly Hex[]
}): Hex {
  if (leaves.length > 0xffff) throw new FormatError({ subject: 'Proof', fact: `${leaves.length} leaves`, expected: 'at most 65,535' })
  return concat([numberToHex(leaves.length, { size: 2 }), ...leaves, packSignatures(signatures)])
}

/**
 * Packs signatures as the watcher set takes them: 64 bytes each, by strictly ascending signers.
 *
 * @param signatures One per watcher; order does not matter, they are sorted here.
 * @throws FormatError when one watcher stands twice.
 */
export function packSignatures(signatures: readonly SignedHead[]): Hex {
  const sorted = [...signatures].sort((a, b) => (BigInt(a.signer) < BigInt(b.signer) ? -1 : 1))
  const twice = sorted.find(({ signer }, index) => index > 0 && BigInt(sorted[index - 1]?.signer ?? '0x0') === BigInt(signer))
  if (twice !== undefined)
    throw new FormatError({ subject: 'Proof', fact: `${getAddress(twice.signer)} signed twice`, expected: 'one signature each' })
  return sorted.length === 0 ? '0x' : concat(sorted.map(({ signature }) => toCompact(signature)))
}

/**
 * Reads a proof back.
 *
 * @throws FormatError when it is cut off or has bytes left over.
 */
export function unpackProof(proof: Hex): { readonly leaves: Hex[]; readonly signatures: Hex[] } {
  const total = size(proof)
  const count = total < 2 ? 0 : Number(slice(proof, 0, 2))
  const rest = total - 2 - 32 * count
  if (total < 2 || rest < 0 || rest % 64 !== 0) {
    throw new FormatError({ subject: 'Proof', fact: `${total} bytes`, expected: '2, then 32 per leaf, then 64 per signature' })
  }
  const leaves = Array.from({ length: count }, (_, index) => slice(proof, 2 + 32 * index, 34 + 32 * index))
  const start = 2 + 32 * count
  const signatures = Array.from({ length: rest / 64 }, (_, index) => slice(proof, start + 64 * index, start + 64 * (index + 1)))
  return { leaves, signatures }
}
