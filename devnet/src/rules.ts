import type { Finality } from '@hanse/sdk'
import { accountIndex, maxWatchers } from './accounts.ts'
import { WorldInvalidError } from './errors.ts'

/** The rules of one chain of a world. */
export type ChainRules = {
  readonly chainId: number
  /** Seconds between two blocks; fractions are fine. Default 1. */
  readonly blockTime?: number
  /** When a block counts as permanent. Default: depth 0. */
  readonly finality?: Finality
  /** `safe` lies this many blocks behind the latest, `finalized` twice as many. Default 2. */
  readonly slotsInEpoch?: number
  /** Gas of one block. Default 30 million. */
  readonly gasLimit?: number
}

/** What a world is made of. */
export type WorldRules = {
  readonly chains: readonly ChainRules[]
  /** Watcher processes. Default none: then the roster has three members whose keys a test may use. */
  readonly watchers?: number
  /** How many of them must sign. Default: more than half. */
  readonly quorum?: number
  /** Users with native coin and tokens on every chain. Default 10. */
  readonly users?: number
}

/** The same with every default in place. */
export type CompleteRules = {
  readonly chains: readonly Required<ChainRules>[]
  readonly watchers: number
  readonly members: number
  readonly quorum: number
  readonly users: number
}

/**
 * Fills in the defaults and checks the whole.
 *
 * @throws WorldInvalidError naming the field that is wrong.
 */
export function completeRules({ chains, watchers = 0, users = 10, ...rest }: WorldRules): CompleteRules {
  checkChains(chains)
  if (!Number.isSafeInteger(watchers) || watchers < 0 || watchers > maxWatchers) refuse('watchers', `is ${watchers}`, `0 to ${maxWatchers}`)
  if (!Number.isSafeInteger(users) || users < 0 || accountIndex.user + users > accountIndex.attester)
    refuse('users', `is ${users}`, '0 to 980')
  const members = watchers === 0 ? 3 : watchers
  const quorum = rest.quorum ?? Math.floor(members / 2) + 1
  if (quorum < 2 || quorum > members || 2 * quorum <= members)
    refuse('quorum', `is ${quorum} of ${members} watchers`, 'at least 2 and more than half (so at least 2 watchers)')
  const withDefaults = chains.map((chain) => ({
    blockTime: 1,
    finality: { kind: 'depth', depth: 0 } as const,
    slotsInEpoch: 2,
    gasLimit: 30_000_000,
    ...chain,
  }))
  return { chains: withDefaults, watchers, members, quorum, users }
}

function refuse(field: string, fact: string, expectation: string): never {
  throw new WorldInvalidError({ field, fact, expectation })
}

function checkChains(chains: readonly ChainRules[]): void {
  const ids = chains.map(({ chainId }) => chainId)
  if (ids.length === 0 || new Set(ids).size !== ids.length)
    refuse('chains', `has the ids ${ids.join(', ') || 'none'}`, 'at least one, each once')
  for (const { chainId, blockTime = 1, gasLimit = 30_000_000 } of chains) {
    // A block must hold the largest creation of the suite, and the largest delivery.
    if (!(gasLimit >= 12_000_000 && gasLimit <= 1_000_000_000))
      refuse(`gasLimit of chain ${chainId}`, `is ${gasLimit}`, '12 million to 1,000 million')
    if (!Number.isSafeInteger(chainId) || chainId <= 0) refuse('chainId', `is ${chainId}`, 'a positive integer')
    if (!(blockTime >= 0.05 && blockTime <= 60)) refuse(`blockTime of chain ${chainId}`, `is ${blockTime}`, '0.05 to 60 seconds')
  }
}
