import type { ChainConfig, Deployment, Finality } from '@hanse/sdk'
import type { Address } from 'viem'

/** A world as plain data: as JSON it is all that another process needs to take part. */
export type WorldInfo = {
  readonly chains: readonly {
    readonly chainId: number
    readonly rpcUrls: readonly string[]
    readonly finality: Finality
    /** Seconds. */
    readonly blockTime: number
    /** `startBlock` is a decimal string. */
    readonly deployment: Deployment
  }[]
  readonly watchers: readonly { readonly name: string; readonly url: string }[]
  /** The same token on every chain: 18 decimals, anyone mints. */
  readonly token: Address
}

/**
 * What the SDK's `createClient` wants.
 *
 * @example
 * ```ts
 * import { chainsOf, userAccount } from '@hanse/devnet'
 * import { createClient } from '@hanse/sdk'
 *
 * const client = createClient({ chains: chainsOf(JSON.parse(text)), account: userAccount(0) })
 * ```
 */
export function chainsOf({ chains }: WorldInfo): readonly ChainConfig[] {
  return chains.map(({ chainId, rpcUrls, finality, deployment }) => ({ chainId, rpcUrls, finality, deployment }))
}
