import type { UseQueryResult } from '@tanstack/react-query'
import { type TaskTrace, type TraceParameters, trace } from '../task/trace.ts'
import { useHanse } from './provider.ts'
import { useRead } from './useRead.ts'

/**
 * The story of a task over all chains of the client, told anew when something happens on any of them, when a reorg takes a step back, and while
 * steps are not final yet, with every final block. A chain that does not answer is named in `data.gaps`.
 *
 * @returns What TanStack's `useQuery` returns. When a read fails, `error` is set and `data` stays what it was.
 * @example
 * ```tsx
 * import { useTaskTrace } from '@hanse/sdk/react'
 * import type { Hex } from 'viem'
 *
 * function Timeline({ chainId, taskId }: { chainId: number; taskId: Hex }) {
 *   const { data } = useTaskTrace({ chainId, taskId })
 *   return <ol>{data?.hops.map((hop, index) => <li key={index}>{hop.kind} on {hop.chainId}, {hop.finality}</li>)}</ol>
 * }
 * ```
 */
export function useTaskTrace(parameters: TraceParameters): UseQueryResult<TaskTrace, Error> {
  const { client } = useHanse()
  return useRead({
    ...{ verb: 'taskTrace', parameters, chainIds: [...client.chains.keys()] },
    contracts: ['taskEscrow', 'taskPortal', 'gateway'],
    pace: ({ hops }) => (hops.every(({ finality }) => finality === 'final') ? 'events' : 'finality'),
    freshnessOf: ({ freshness }) => freshness,
    read: (client) => trace(client, parameters),
  })
}
