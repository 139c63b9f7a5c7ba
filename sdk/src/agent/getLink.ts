import type { Address, Hex } from 'viem'
import { readContract } from 'viem/actions'
import { claimOfFunction, isAccountDeclaredFunction, isAccountLinkedFunction } from '../abis/agentLinks.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { linksOf } from './links.ts'

const agentLinksAbi = [claimOfFunction, isAccountDeclaredFunction, isAccountLinkedFunction] as const

/** What `getLink` takes. */
export type GetLinkParameters = ReadParameters & {
  readonly agentId: Hex
  readonly accountChainId: number
  readonly accountAddress: Address
}

/** How an account and an agent stand to each other. */
export type LinkView = {
  /** Both said so, and the agent has not retired. */
  readonly isLinked: boolean
  /** Whether the agent's controller said so. */
  readonly isDeclared: boolean
  /** The agent that the account named last, as far as it is known at home. Zero: none. */
  readonly claimedAgentId: Hex
  /** The number of that word. Zero: it never said anything. */
  readonly sequence: number
  /** Since when it is known at home, seconds by its clock. */
  readonly seenAt: number
}

/**
 * Whether an account of this or another chain is an agent's, and what either side says.
 *
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const { value } = await agent.getLink(client, { chainId: 1, agentId, accountChainId: 10, accountAddress })
 * ```
 */
export const getLink = /* @__PURE__ */ defineRead<GetLinkParameters, LinkView>(
  'agent.getLink',
  async ({ connection, chain, blockNumber }, { agentId, accountChainId, accountAddress }) => {
    const contract = { abi: agentLinksAbi, address: linksOf(chain.deployment), blockNumber } as const
    const account = [BigInt(accountChainId), accountAddress] as const
    const [isLinked, isDeclared, [claimedAgentId, sequence, seenAt]] = await Promise.all([
      readContract(connection, { ...contract, functionName: 'isAccountLinked', args: [agentId, ...account] }),
      readContract(connection, { ...contract, functionName: 'isAccountDeclared', args: [agentId, ...account] }),
      readContract(connection, { ...contract, functionName: 'claimOf', args: account }),
    ])
    return { isLinked, isDeclared, claimedAgentId, sequence, seenAt }
  },
)
