import type { Address, Hex } from 'viem'
import type { Profile } from '../agent/profile.ts'
import type { Account, Known } from '../reputation/known.ts'
import type { Receipt } from '../reputation/reputationOf.ts'
import type { SyncStore } from '../sync/types.ts'

/** An agent of the directory, with what it last said of itself. */
export type DirectoryAgent = {
  /** Its home. */
  readonly chainId: number
  readonly agentId: Hex
  readonly controller: Address
  readonly salt: Hex
  /** Absolute seconds by its home's clock. */
  readonly liveUntil: number
  readonly profile: Profile
  /** The block in which it was registered. */
  readonly registeredAt: bigint
}

/** What an event tells a directory. */
export type DirectoryFact =
  | ({ readonly kind: 'registered' } & DirectoryAgent)
  | { readonly kind: 'updated'; readonly chainId: number; readonly agentId: Hex; readonly profile: Profile }
  | { readonly kind: 'heartbeat'; readonly chainId: number; readonly agentId: Hex; readonly liveUntil: number }
  | { readonly kind: 'retired'; readonly chainId: number; readonly agentId: Hex }
  | { readonly kind: 'declared'; readonly chainId: number; readonly agentId: Hex; readonly account: Account; readonly isDeclared: boolean }
  | { readonly kind: 'claimed'; readonly chainId: number; readonly agentId: Hex; readonly account: Account; readonly sequence: number }
  /** `chainId` believes this contract for `originChainId` from now on. */
  | { readonly kind: 'believed'; readonly chainId: number; readonly originChainId: number; readonly links: Address }
  | { readonly kind: 'receipt'; readonly receipt: Receipt }

/** Which agents a store is asked for, in order of their ids. */
export type StoreQuery = {
  /** Hashes; all of them. */
  readonly capabilities: readonly Hex[]
  /** Undefined: all. */
  readonly chainIds: readonly number[] | undefined
  /** Only those that live at this second. Undefined: all. */
  readonly liveAt: number | undefined
  /** Only ids after this one. */
  readonly after: Hex | undefined
  readonly limit: number
}

/** Where a directory keeps what it knows, and how far it has read. */
export type DirectoryStore = SyncStore & {
  /** Takes facts of one range in their order: all, or none. Ranges may come again, from any of them on. */
  apply(facts: readonly DirectoryFact[]): void
  query(query: StoreQuery): readonly DirectoryAgent[]
  get(key: { readonly chainId: number; readonly agentId: Hex }): DirectoryAgent | undefined
  /** The agents that an account is controller of, or linked to by both words. */
  agentsOf(account: Account): readonly DirectoryAgent[]
  /** The accounts that are an agent's: its controller, and those linked by both words. */
  accountsOf(key: { readonly chainId: number; readonly agentId: Hex }): readonly Account[]
  /** Receipts of these workers, or from these requesters, in order of their arrival. */
  receipts(of: { readonly workers: readonly Account[] } | { readonly requesters: readonly Account[] }): readonly Receipt[]
  /** Rises whenever a receipt arrives or a link changes: what is computed from them is good as long as it stands still. */
  revision(): number
  close(): void
}

/** Which agents are wanted. */
export type DirectoryQuery = {
  /** Names or hashes; all of them. */
  readonly capabilities?: readonly string[]
  /** Homes. Default all. */
  readonly chainIds?: readonly number[]
  /** Whether those past their `liveUntil` are wanted too. Default no. */
  readonly withSilent?: boolean
  /** Only those that ended so many tasks by a judgement that counts for the asker: see `reputation.reputationOf`. */
  readonly record?: { readonly known: Known; readonly judged: number }
  /** Only ids after this one: for the next page, or a random one so that not all askers find the same agents first. */
  readonly after?: Hex
  /** Default 100, at most 1,000. */
  readonly limit?: number
}
