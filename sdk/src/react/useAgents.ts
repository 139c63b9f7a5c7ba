import { useCallback } from 'react'
import type { Hex } from 'viem'
import type { Fresh } from '../actions/defineRead.ts'
import { type AgentEntry, getAgents } from '../agent/getAgents.ts'
import type { Client } from '../client.ts'
import { useHanse } from './provider.ts'
import { type Gathered, useReads } from './useRead.ts'

/** What `useAgents` takes. */
export type UseAgentsParameters = {
  /** Default: all of the client. */
  readonly chainIds?: readonly number[]
  /** Only those that have this capability: see `agent.capabilityOf`. */
  readonly capability?: Hex
  /** Only those that say they live, by the clock of their chain when it was read last. */
  readonly isAlive?: boolean
}

/** An agent of the directory, with its home. */
export type AgentRow = AgentEntry & { readonly chainId: number }

/**
 * The agents of all chains that are not retired, read again when one registers, changes or says that it lives.
 *
 * @example
 * ```tsx
 * import { agent } from '@hanse/sdk'
 * import { useAgents } from '@hanse/sdk/react'
 *
 * function Agents() {
 *   const { items } = useAgents({ capability: agent.capabilityOf('text.report') })
 *   return <ul>{items.map(({ chainId, agentId, profile }) => <li key={agentId}>{chainId}: {profile.cardUri}</li>)}</ul>
 * }
 * ```
 */
export function useAgents({ chainIds, capability, isAlive }: UseAgentsParameters = {}): Gathered<AgentRow> {
  const { client } = useHanse()
  // One read serves every filter.
  const itemsOf = useCallback(
    (answers: readonly Fresh<readonly AgentEntry[]>[]) =>
      answers.flatMap(({ value, freshness: { chainId, blockTimestamp } }) =>
        value
          .filter(({ profile }) => capability === undefined || profile.capabilities.includes(capability))
          .filter(({ liveUntil }) => isAlive === undefined || BigInt(liveUntil) >= blockTimestamp === isAlive)
          .map((entry) => ({ chainId, ...entry })),
      ),
    [capability, isAlive],
  )
  const questions = (chainIds ?? [...client.chains.keys()]).map((chainId) => ({
    ...{ verb: 'agents', parameters: { chainId }, chainIds: [chainId] },
    contracts: ['agentRegistry'] as const,
    freshnessOf: ({ freshness }: Fresh<readonly AgentEntry[]>) => [freshness],
    read: (client: Client) => getAgents(client, { chainId }),
  }))
  return useReads(questions, itemsOf)
}
