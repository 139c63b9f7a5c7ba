import type { ChainConfig } from '@hanse/sdk'
import type { Hex } from 'viem'

/** A cell that the page shows by itself. */
export type ShownCell = { readonly chainId: number; readonly space: Hex; readonly key: Hex; readonly name: string }

/** What stands in `network.json` beside the page: which chains there are, which watchers may be asked, and which cells are shown. */
export type Network = {
  readonly chains: readonly ChainConfig[]
  readonly watchers: readonly string[]
  readonly cells?: readonly ShownCell[]
}

/** Fetches `network.json` from beside the page, or from where `?network=` says. */
export async function loadNetwork(): Promise<Network> {
  const url = new URL(new URLSearchParams(location.search).get('network') ?? 'network.json', location.href)
  const response = await fetch(url, { cache: 'no-store' })
  if (!response.ok) throw new TypeError(`${url} answers ${response.status}. Put a network.json beside the page.`)
  return response.json()
}
