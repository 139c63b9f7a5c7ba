import type { UseQueryResult } from '@tanstack/react-query'
import type { Hex } from 'viem'
import { type WhyAnything, why } from '../why/why.ts'
import { useHanse } from './provider.ts'
import { useRead } from './useRead.ts'

/** What `useWhy` takes. */
export type UseWhyParameters = {
  /** Id of a task, an agent or a message, or the hash of the transaction that opened or sent one. */
  readonly id: Hex
}

/**
 * Why anything stands where it stands, and who has to act; asked again with every block, because time alone changes it. With `watcherUrls` of the
 * provider the answer names watchers that are silent.
 *
 * @returns What TanStack's `useQuery` returns. `data` is null when no chain that answers knows the id.
 * @example
 * ```tsx
 * import { useWhy } from '@hanse/sdk/react'
 * import type { Hex } from 'viem'
 *
 * function Why({ id }: { id: Hex }) {
 *   const { data, error } = useWhy({ id })
 *   return <p>{error?.message ?? data?.why.nextAction ?? 'Nobody knows it.'}</p>
 * }
 * ```
 */
export function useWhy({ id }: UseWhyParameters): UseQueryResult<WhyAnything | null, Error> {
  const { client, watcherUrls } = useHanse()
  const attestationUrls = watcherUrls.length === 0 ? {} : { attestationUrls: watcherUrls }
  return useRead({
    ...{ verb: 'why', parameters: { id, ...attestationUrls }, chainIds: [...client.chains.keys()] },
    contracts: [],
    pace: () => 'blocks',
    freshnessOf: (found) => found?.why.freshness ?? [],
    // What is not there is null: TanStack takes undefined for a mistake.
    read: async (client) => (await why(client, { id, ...attestationUrls })) ?? null,
  })
}
