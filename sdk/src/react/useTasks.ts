import { useCallback } from 'react'
import type { Address } from 'viem'
import type { TaskState } from '../abis/enums.ts'
import type { Fresh } from '../actions/defineRead.ts'
import type { Client } from '../client.ts'
import { useHanse } from './provider.ts'
import { isOver, readTasks, type TaskRow } from './readTasks.ts'
import { type Gathered, useReads } from './useRead.ts'

export type { TaskRow } from './readTasks.ts'

/** What `useTasks` takes. */
export type UseTasksParameters = {
  /** Homes to look at. Default: all chains of the client. */
  readonly chainIds?: readonly number[]
  /** Only those of this requester. */
  readonly requester?: Address
  /** Only those whose terms admit accounts of this chain. */
  readonly workerChainId?: number
  /** Only those in one of these states. */
  readonly states?: readonly TaskState[]
}

/**
 * The tasks of all chains, oldest first on each, read again when one of them moves or a reorg takes something back. What is final is read once.
 *
 * @example
 * ```tsx
 * import { useTasks } from '@hanse/sdk/react'
 *
 * function Open() {
 *   const { items, gaps } = useTasks({ states: ['Open'] })
 *   return (
 *     <ul>
 *       {items.map(({ chainId, taskId, terms }) => <li key={taskId}>{chainId}: {`${terms.reward}`}</li>)}
 *       {gaps.map(({ chainIds, error }) => <li key={`${chainIds}`}>{error.message}</li>)}
 *     </ul>
 *   )
 * }
 * ```
 */
export function useTasks({ chainIds, requester, workerChainId, states }: UseTasksParameters = {}): Gathered<TaskRow> {
  const { client } = useHanse()
  const wanted = states?.join(' ')
  const itemsOf = useCallback(
    (answers: readonly Fresh<readonly TaskRow[]>[]) => {
      const words = wanted?.split(' ')
      return answers.flatMap(({ value }) => value.filter(({ state }) => words === undefined || words.includes(state)))
    },
    [wanted],
  )
  const filter = { ...(requester && { requester }), ...(workerChainId !== undefined && { workerChainId }) }
  const questions = (chainIds ?? [...client.chains.keys()]).map((chainId) => ({
    ...{ verb: 'tasks', parameters: { chainId, ...filter }, chainIds: [chainId] },
    contracts: ['taskEscrow'] as const,
    // Until all that is over is so for good, and all that was posted is there for good.
    pace: ({ value }: Fresh<readonly TaskRow[]>) => (value.every(isQuiet) ? ('events' as const) : ('finality' as const)),
    freshnessOf: ({ freshness }: Fresh<readonly TaskRow[]>) => [freshness],
    read: (client: Client, before: Fresh<readonly TaskRow[]> | undefined) => readTasks(client, { chainId, ...filter }, before),
  }))
  return useReads(questions, itemsOf)
}

/** Whether a final block would change nothing of it. */
function isQuiet({ state, finalState }: TaskRow): boolean {
  return isOver(finalState) || state === finalState
}
