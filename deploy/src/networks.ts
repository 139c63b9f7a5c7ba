import type { Finality } from '@hanse/sdk'

/** A public test network that the suite can be deployed to by name. */
export type Network = {
  readonly chainId: number
  /** What "final" means there, for the watchers. */
  readonly finality: Finality
  /** Where to look at a transaction. */
  readonly explorer: string
}

/**
 * Test networks by name. The rollups post to Sepolia: their `finalized` tag means that the batch is in a finalized block there, about 15
 * minutes; anything quicker trusts the sequencer.
 */
export const networks: Readonly<Record<string, Network>> = {
  sepolia: { chainId: 11_155_111, finality: { kind: 'finalized' }, explorer: 'https://sepolia.etherscan.io' },
  'base-sepolia': {
    chainId: 84_532,
    finality: { kind: 'finalized' },
    explorer: 'https://sepolia.basescan.org',
  },
  'arbitrum-sepolia': {
    chainId: 421_614,
    finality: { kind: 'finalized' },
    explorer: 'https://sepolia.arbiscan.io',
  },
}
