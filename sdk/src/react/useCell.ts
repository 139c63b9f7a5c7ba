import type { UseQueryResult } from '@tanstack/react-query'
import type { Fresh } from '../actions/defineRead.ts'
import { type CellContent, type ReadCellParameters, read } from '../cell/read.ts'
import { useRead } from './useRead.ts'

/**
 * A cell with its value, read again when it changes or a reorg takes a change back; while somebody holds a lease, with every block.
 *
 * @returns What TanStack's `useQuery` returns. When a read fails, `error` is set and `data` stays what it was.
 * @example
 * ```tsx
 * import { useCell } from '@hanse/sdk/react'
 * import { type Hex, hexToString } from 'viem'
 *
 * function Text({ chainId, space, key }: { chainId: number; space: Hex; key: Hex }) {
 *   const { data } = useCell({ chainId, space, key })
 *   return <p>{data?.value.value && hexToString(data.value.value)} (version {data?.value.version})</p>
 * }
 * ```
 */
export function useCell(parameters: ReadCellParameters): UseQueryResult<Fresh<CellContent>, Error> {
  return useRead({
    ...{ verb: 'cell', parameters, chainIds: [parameters.chainId] },
    contracts: ['blackboard'],
    // Time ends a lease, and no event tells.
    pace: ({ value }) => (value.lease === undefined ? 'events' : 'blocks'),
    freshnessOf: ({ freshness }) => [freshness],
    read: (client) => read(client, parameters),
  })
}
