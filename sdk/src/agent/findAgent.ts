import type { Hex } from 'viem'
import type { Client } from '../client.ts'
import { type AgentView, getAgent } from './getAgent.ts'

/** An agent and the chain that it is registered on. */
export type FoundAgent = { readonly chainId: number; readonly agent: AgentView }

/**
 * Finds the chain of an agent from its id alone, which does not say it.
 *
 * @returns Undefined when no chain of the client that answers knows it.
 * @throws The error of a chain that gave no answer, when no other knows the agent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const found = await agent.findAgent(client, { agentId })
 * console.log(found?.chainId, found?.agent.isAlive)
 * ```
 */
export async function findAgent(client: Client, { agentId }: { readonly agentId: Hex }): Promise<FoundAgent | undefined> {
  const chainIds = [...client.chains.keys()]
  const looks = await Promise.allSettled(chainIds.map((chainId) => getAgent(client, { chainId, agentId })))
  for (const [index, look] of looks.entries()) {
    const chainId = chainIds[index]
    if (look.status === 'fulfilled' && look.value.value !== undefined && chainId !== undefined) return { chainId, agent: look.value.value }
  }
  const failed = looks.find((look) => look.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return undefined
}
