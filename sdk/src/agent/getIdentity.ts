import type { Address, Hex } from 'viem'
import { readContract } from 'viem/actions'
import { identityOwnerOfFunction, isIdentityDeclaredFunction, isIdentityProvenFunction } from '../abis/agentLinks.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { linksOf } from './links.ts'

const agentLinksAbi = [identityOwnerOfFunction, isIdentityDeclaredFunction, isIdentityProvenFunction] as const

/** What `getIdentity` takes. */
export type GetIdentityParameters = ReadParameters & {
  readonly agentId: Hex
  readonly identityChainId: number
  readonly identityRegistry: Address
  readonly identityId: bigint
}

/** How an identity of ERC-8004 and an agent stand to each other. Which registry means anything is for the reader to judge. */
export type IdentityView = {
  /** It was declared, and its owner is the controller (at home) or a linked account. */
  readonly isProven: boolean
  /** Whether the agent's controller said so. */
  readonly isDeclared: boolean
  /** Whom it belongs to, asked at home, or as last reported from its chain. Zero: nobody, or nothing is known. */
  readonly owner: Address
  /** Since when that is known at home, seconds by its clock. */
  readonly seenAt: number
}

/**
 * Whether an identity of ERC-8004 on this or another chain is an agent's.
 *
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const { value } = await agent.getIdentity(client, { chainId: 1, agentId, identityChainId: 1, identityRegistry, identityId: 22n })
 * ```
 */
export const getIdentity = /* @__PURE__ */ defineRead<GetIdentityParameters, IdentityView>(
  'agent.getIdentity',
  async ({ connection, chain, blockNumber }, { agentId, identityChainId, identityRegistry, identityId }) => {
    const contract = { abi: agentLinksAbi, address: linksOf(chain.deployment), blockNumber } as const
    const identity = [BigInt(identityChainId), identityRegistry, identityId] as const
    const [isProven, isDeclared, [owner, , seenAt]] = await Promise.all([
      readContract(connection, { ...contract, functionName: 'isIdentityProven', args: [agentId, ...identity] }),
      readContract(connection, { ...contract, functionName: 'isIdentityDeclared', args: [agentId, ...identity] }),
      readContract(connection, { ...contract, functionName: 'identityOwnerOf', args: identity }),
    ])
    return { isProven, isDeclared, owner, seenAt }
  },
)
