import type { Halt } from '@hanse/sdk/sync'
import type { Address, Hex } from 'viem'
import type { Attestation } from '../store/attestations.ts'
import type { GuardRow } from '../store/signGuard.ts'
import type { LedgerRow, TransactionState } from '../store/transactions.ts'

/** What only one process of a watcher does at a time, on each chain. */
export const dutyRoles = ['attest', 'deliver', 'keep'] as const
/** A role that is a duty. */
export type DutyRole = (typeof dutyRoles)[number]
/** A role on a chain. */
export type Duty = { readonly role: DutyRole; readonly chainId: number }
/** A duty with its fence: a number that grows by one whenever a process takes the duty over. Whoever has an older one is refused. */
export type Lease = Duty & { readonly fence: number }
/** A guard row with the origin of its lane; zero where that is not known. */
export type ChainGuardRow = GuardRow & { readonly chainId: number }
/** A transaction as all processes see it. */
export type SharedTransaction = Omit<LedgerRow, 'id'>
/** What became of a transaction. */
export type TransactionChange = { readonly hash: Hex; readonly state: TransactionState; readonly block?: number | undefined }
/** A chain that some process has seen break its finality. */
export type SharedHalt = Halt & { readonly chainId: number }

/** Rows that changed after a version, and the version to go on from. */
export type News<row> = { readonly rows: readonly row[]; readonly version: number }

/** What one turn of a process says: which duties it has or wants, for how long, and where it halted. */
export type Turn = { readonly wanted: readonly Duty[]; readonly ms: number; readonly halts: readonly SharedHalt[] }
/** What it hears: the duties that it has now, the newest version of anything, and which chains stand still. */
export type TurnAnswer = { readonly leases: readonly Lease[]; readonly version: number; readonly halts: readonly SharedHalt[] }

/**
 * What the processes of one watcher agree on, and where. Each call is one transaction that the database carries out by itself: a process that stops
 * in between holds up nobody. Writes of duties check the fence in the same transaction, by the clock of the database.
 */
export type SharedStore = {
  /** Makes what is missing. Gives the store's own id. Rejects with StoreUnusableError when it is another watcher's. */
  open(watcher: { readonly name: string }): Promise<string>
  /** Keeps duties, and takes those that nobody has. */
  turn(turn: Turn): Promise<TurnAnswer>
  /** Gives all duties back, so that others need not wait. */
  release(): Promise<void>
  /** Notes what is about to be signed, all or nothing. Gives the rows that say otherwise: then nothing was noted. */
  reserve(lease: Lease, rows: readonly GuardRow[]): Promise<readonly GuardRow[]>
  /** Notes what was signed, whoever asks. Gives the rows that say otherwise. */
  learn(rows: readonly ChainGuardRow[]): Promise<readonly GuardRow[]>
  /** What was reserved for lanes of a chain; from version zero the newest row of each lane. */
  guardSince(query: { readonly chainId: number; readonly version: number }): Promise<News<GuardRow>>
  /** Keeps a signed transaction. False when its nonce is taken; or, for a replacement, when there is nothing to replace. */
  take(lease: Lease, transaction: SharedTransaction, isReplacement: boolean): Promise<boolean>
  /** Notes what became of transactions. */
  settle(lease: Lease, sender: Address, changes: readonly TransactionChange[]): Promise<void>
  /** Keeps transactions that a process sent when it was alone. */
  adopt(transactions: readonly SharedTransaction[]): Promise<void>
  /** What was sent; from version zero what is not final, and whatever is known of `hashes`. */
  ledgerSince(query: {
    readonly chainId: number
    readonly sender: Address
    readonly version: number
    readonly hashes: readonly Hex[]
  }): Promise<News<SharedTransaction>>
  /** Shows attestations to the other processes. */
  publish(attestations: readonly Attestation[]): Promise<void>
  publishedSince(version: number): Promise<News<Attestation>>
  /** Forgets, on a lane, all attestations but the checkpoints below a nonce. */
  prune(lane: { readonly laneKey: Hex; readonly below: number }): Promise<void>
  /** A person says that a chain may go on. */
  clearHalt(chainId: number): Promise<void>
  /** Calls `onNews` whenever another process has published something or given duties back. */
  listen(onNews: () => void): void
  close(): Promise<void>
}

/** What opens a store. */
export type OpenShared = (options: {
  /** `postgres://user:password@host:port/database` */
  readonly url: string
  readonly schema: string
  /** Milliseconds after which a call has failed. What it asked for may yet happen: the fence decides. */
  readonly timeoutMs: number
}) => SharedStore
