import type { Client } from '@hanse/sdk'
import { type Chain, defineChain, http } from 'viem'
import { type Config, createConfig } from 'wagmi'

/** The chains of a client as wagmi knows chains. Wallets announce themselves. */
export function wagmiOf({ chains }: Client): Config {
  const all = [...chains.values()].map(
    ({ chainId, rpcUrls }): Chain =>
      defineChain({
        id: chainId,
        name: `chain ${chainId}`,
        nativeCurrency: { name: 'Native coin', symbol: 'COIN', decimals: 18 },
        rpcUrls: { default: { http: [...rpcUrls] } },
      }),
  )
  const [first, ...rest] = all
  if (first === undefined) throw new TypeError('network.json names no chain.')
  return createConfig({ chains: [first, ...rest], transports: Object.fromEntries(all.map(({ id }) => [id, http()])) })
}
