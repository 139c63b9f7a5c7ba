import { createContext, createElement, type ReactNode, useContext, useMemo } from 'react'
import type { Client } from '../client.ts'
import { ProviderMissingError } from '../errors/react.ts'
import { createLive, type Live } from './live.ts'

/** What hooks find above them. */
export type HanseContext = {
  readonly client: Client
  readonly live: Live
  /** Base urls of watchers, for `useWhy`. */
  readonly watcherUrls: readonly string[]
}

const Context = createContext<HanseContext | undefined>(undefined)

/** What `HanseProvider` takes. */
export type HanseProviderProps = {
  /** Keep it the same between renders: another one starts everything anew. */
  readonly client: Client
  /** Base urls of watchers: with them `useWhy` tells which of them are silent. */
  readonly watcherUrls?: readonly string[]
  readonly children?: ReactNode
}

const none: readonly string[] = []

/**
 * Gives the hooks below it a client. Stands inside of TanStack's `QueryClientProvider`, and of wagmi's `WagmiProvider` where a wallet signs.
 * Opens no connection: a chain is followed while a component looks at something on it.
 *
 * @example
 * ```tsx
 * import { createClient } from '@hanse/sdk'
 * import { HanseProvider, useTasks } from '@hanse/sdk/react'
 * import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
 * import { createRoot } from 'react-dom/client'
 *
 * const client = createClient({ chains })
 *
 * function Tasks() {
 *   const { items, gaps } = useTasks()
 *   return <p>{items.length} tasks, {gaps.length} chains silent</p>
 * }
 *
 * createRoot(document.body).render(
 *   <QueryClientProvider client={new QueryClient()}>
 *     <HanseProvider client={client}>
 *       <Tasks />
 *     </HanseProvider>
 *   </QueryClientProvider>,
 * )
 * ```
 */
export function HanseProvider({ client, watcherUrls = none, children }: HanseProviderProps): ReactNode {
  const live = useMemo(() => createLive(client), [client])
  const value = useMemo(() => ({ client, live, watcherUrls }), [client, live, watcherUrls])
  return createElement(Context, { value }, children)
}

/**
 * The client of the provider above.
 *
 * @throws ProviderMissingError
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 * import { useClient } from '@hanse/sdk/react'
 *
 * const client = useClient()
 * const preview = () => task.open.preview(client, { chainId: 1, terms, account })
 * ```
 */
export function useClient(): Client {
  return useHanse().client
}

/** All that hooks find above them. */
export function useHanse(): HanseContext {
  const context = useContext(Context)
  if (context === undefined) throw new ProviderMissingError()
  return context
}
