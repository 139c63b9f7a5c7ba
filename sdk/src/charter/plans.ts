import { type Address, encodeFunctionData, type Hex, zeroHash } from 'viem'
import { adoptFunction, amendFunction } from '../abis/charters.ts'
import { contractIn } from '../actions/contractIn.ts'
import { type Client, chainOf } from '../client.ts'
import type { CharterDocument } from './document.ts'
import { documentArgument } from './documentHash.ts'
import { checkDocument } from './documentRules.ts'

const chartersAbi = [adoptFunction, amendFunction] as const

/** What a group has to agree on, for `agreement.createIntent`. */
export type CharterPlan = {
  readonly participants: readonly Address[]
  readonly plan: {
    readonly charter: Hex
    readonly epoch: number
    readonly threshold: number
    readonly calls: readonly { readonly target: Address; readonly value: bigint; readonly data: Hex }[]
    readonly legs: readonly []
  }
}

/**
 * What the members of a document agree on to adopt it as their charter: its quorum of them has to sign.
 *
 * @throws DocumentInvalidError when the document is not sound.
 * @example
 * ```ts
 * import { agreement, charter } from '@hanse/sdk'
 *
 * const intent = agreement.createIntent(client, { chainId: 1, ...charter.adoption(client, { chainId: 1, document }), expiry })
 * ```
 */
export function adoption(
  client: Client,
  { chainId, document, salt = zeroHash }: { readonly chainId: number; readonly document: CharterDocument; readonly salt?: Hex },
): CharterPlan {
  checkDocument(document)
  const target = contractIn(chainOf(client, chainId).deployment, 'charters')
  const data = encodeFunctionData({ abi: chartersAbi, functionName: 'adopt', args: [documentArgument(document), salt] })
  const plan = { charter: zeroHash, epoch: 0, threshold: document.quorum, calls: [{ target, value: 0n, data }], legs: [] } as const
  return { participants: document.members, plan }
}

/**
 * What the members of a charter agree on to amend it: the quorum of `before` has to sign.
 *
 * @throws DocumentInvalidError when the new document is not sound.
 */
export function amendment(
  client: Client,
  {
    chainId,
    charterId,
    epoch,
    before,
    document,
  }: {
    /** The charter's home. */
    readonly chainId: number
    readonly charterId: Hex
    /** The current epoch, which ends. */
    readonly epoch: number
    /** The document of the current epoch. */
    readonly before: CharterDocument
    readonly document: CharterDocument
  },
): CharterPlan {
  checkDocument(document)
  const target = contractIn(chainOf(client, chainId).deployment, 'charters')
  const args = [charterId, epoch + 1, documentArgument(document)] as const
  const data = encodeFunctionData({ abi: chartersAbi, functionName: 'amend', args })
  const plan = { charter: charterId, epoch, threshold: 0, calls: [{ target, value: 0n, data }], legs: [] } as const
  return { participants: before.members, plan }
}
