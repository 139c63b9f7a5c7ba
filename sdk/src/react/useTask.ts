import type { UseQueryResult } from '@tanstack/react-query'
import type { Fresh } from '../actions/defineRead.ts'
import { type GetTaskParameters, getTask, type TaskView } from '../task/getTask.ts'
import { useRead } from './useRead.ts'

/**
 * Where a task stands, read again when its home says something new of it, or takes something back.
 *
 * @returns What TanStack's `useQuery` returns. When a read fails, `error` is set and `data` stays what it was.
 * @example
 * ```tsx
 * import { useTask } from '@hanse/sdk/react'
 * import type { Hex } from 'viem'
 *
 * function State({ chainId, taskId }: { chainId: number; taskId: Hex }) {
 *   const { data, error } = useTask({ chainId, taskId })
 *   return <p>{error?.message ?? data?.value.state}</p>
 * }
 * ```
 */
export function useTask(parameters: GetTaskParameters): UseQueryResult<Fresh<TaskView>, Error> {
  return useRead({
    ...{ verb: 'task', parameters, chainIds: [parameters.chainId] },
    // A stop of the worker's lane moves its deadline.
    contracts: ['taskEscrow', 'gateway'],
    freshnessOf: ({ freshness }) => [freshness],
    read: (client) => getTask(client, parameters),
  })
}
