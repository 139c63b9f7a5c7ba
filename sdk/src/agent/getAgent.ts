import { type Address, type Hex, zeroAddress } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import { agentOfFunction, versionOfFunction } from '../abis/agentRegistry.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const agentRegistryAbi = [agentOfFunction, versionOfFunction] as const

/** What `getAgent` takes. */
export type GetAgentParameters = ReadParameters & { readonly agentId: Hex }

/** An agent as the registry knows it. The profile itself is in the events; this is its hash. */
export type AgentView = {
  readonly controller: Address
  readonly liveUntil: number
  readonly profileHash: Hex
  /** Rises with every change but a longer life. Signatures about the agent name it. */
  readonly version: number
  /** Whether it says that it lives, by the chain's clock. */
  readonly isAlive: boolean
}

/**
 * An agent, or undefined when it is unknown or retired.
 *
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const { value } = await agent.getAgent(client, { chainId: 1, agentId })
 * if (value?.isAlive) console.log(value.controller)
 * ```
 */
export const getAgent = /* @__PURE__ */ defineRead<GetAgentParameters, AgentView | undefined>(
  'agent.getAgent',
  async ({ connection, chain, blockNumber }, { agentId }) => {
    const contract = { abi: agentRegistryAbi, address: chain.deployment.agentRegistry, blockNumber } as const
    const [[controller, liveUntil, profileHash], version, block] = await Promise.all([
      readContract(connection, { ...contract, functionName: 'agentOf', args: [agentId] }),
      readContract(connection, { ...contract, functionName: 'versionOf', args: [agentId] }),
      getBlock(connection, { blockNumber }),
    ])
    if (controller === zeroAddress) return undefined
    return { controller, liveUntil, profileHash, version, isAlive: BigInt(liveUntil) >= block.timestamp }
  },
)
