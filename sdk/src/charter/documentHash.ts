import { type AbiParameterToPrimitiveType, type Address, encodeAbiParameters, getAbiItem, type Hex, keccak256 } from 'viem'
import { charterIdOfFunction } from '../abis/charters.ts'
import type { Finality } from '../types.ts'
import { type CharterDocument, conflictRules } from './document.ts'
import { checkDocument } from './documentRules.ts'

const chartersAbi = [charterIdOfFunction] as const

/** The ABI of a document. */
export function documentParameter() {
  return getAbiItem({ abi: chartersAbi, name: 'charterIdOf' }).inputs[0]
}

/** A document as the contract takes it. */
export type DocumentArgument = AbiParameterToPrimitiveType<ReturnType<typeof documentParameter>>

const finalityKinds = ['depth', 'safe', 'finalized'] as const

/** A document as the contract takes it. */
export function documentArgument(document: CharterDocument): DocumentArgument {
  const { chains, policies, tokens } = document
  return {
    ...document,
    chains: chains.map(({ chainId, finality, ...rest }) => ({
      ...rest,
      chainId: BigInt(chainId),
      finality: finalityKinds.indexOf(finality.kind),
      depth: finality.kind === 'depth' ? finality.depth : 0,
    })),
    policies: { ...policies, conflict: conflictRules.indexOf(policies.conflict) },
    tokens: tokens.map((forms) => forms.map((form) => ({ ...form, chainId: BigInt(form.chainId) }))),
  }
}

/** A document from what the contract took. */
export function documentOf(argument: DocumentArgument): CharterDocument {
  return {
    ...argument,
    chains: argument.chains.map(({ chainId, finality, depth, ...rest }) => ({
      ...rest,
      chainId: Number(chainId),
      finality: finalityOf(finality, depth),
    })),
    policies: { ...argument.policies, conflict: conflictRules[argument.policies.conflict] ?? 'first' },
    tokens: argument.tokens.map((forms) => forms.map((form) => ({ ...form, chainId: Number(form.chainId) }))),
  }
}

function finalityOf(kind: number, depth: number): Finality {
  if (kind === 0) return { kind: 'depth', depth }
  return { kind: kind === 1 ? 'safe' : 'finalized' }
}

/**
 * The canonical hash of a document: `keccak256(abi.encode(document))`.
 *
 * @throws DocumentInvalidError when it is not in its one form: other forms would have other hashes.
 */
export function documentHashOf(document: CharterDocument): Hex {
  checkDocument(document)
  return keccak256(encodeAbiParameters([documentParameter()], [documentArgument(document)]))
}

/**
 * The id of a charter, known before it is adopted, and the same on every chain.
 *
 * @throws DocumentInvalidError when the document is not sound.
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * const charterId = charter.charterIdOf({ homeChainId: 1, charters: deployment.charters, document, salt })
 * ```
 */
export function charterIdOf({
  homeChainId,
  charters,
  document,
  salt,
}: {
  readonly homeChainId: number
  readonly charters: Address
  readonly document: CharterDocument
  readonly salt: Hex
}): Hex {
  const words = [{ type: 'bytes32' }, { type: 'bytes32' }] as const
  const foundingHash = keccak256(encodeAbiParameters(words, [documentHashOf(document), salt]))
  const parameters = [{ type: 'uint256' }, { type: 'address' }, { type: 'bytes32' }] as const
  return keccak256(encodeAbiParameters(parameters, [BigInt(homeChainId), charters, foundingHash]))
}
