import type { Address, Hex } from 'viem'
import type { Attestation } from '../store/attestations.ts'
import type { GuardRow } from '../store/signGuard.ts'
import type { Store } from '../store/sqlite.ts'
import type { LedgerRow } from '../store/transactions.ts'
import type { Duty, DutyRole, Lease, TransactionChange } from './types.ts'

/** One account on one chain. */
export type Account = { readonly chainId: number; readonly sender: Address }
/** A signed transaction that nobody has seen. */
export type NewTransaction = Omit<LedgerRow, 'id' | 'state' | 'block'>
/** What became of a transaction of the ledger here. */
export type LedgerChange = TransactionChange & { readonly id: number }

/**
 * The way to all that must never be done twice: signing, and taking a nonce. Reads are those of the store here; writes go first to where all
 * processes of the watcher see them. A process that is alone has its own disk and nobody to ask.
 */
export type Vault = {
  /** Whether a duty is this process's now. Its writes are checked again where they are made. */
  has(duty: Duty): boolean
  /**
   * Notes what is about to be signed, all or nothing. Only after it returns may a signature be made.
   *
   * @throws SignConflictError when another head was noted for one of the places.
   * @throws DutyLostError when another process has the duty.
   * @throws SharedStoreError when nobody knows whether it was noted.
   */
  reserve(chainId: number, rows: readonly GuardRow[]): Promise<void>
  /** Notes what this watcher signed, as somebody has shown. Throws as `reserve` does. */
  learn(chainId: number, row: GuardRow): Promise<void>
  /** Keeps a signed transaction before anyone sees it. False when another one has its nonce, or when what it replaces is over: then it is none. */
  add(role: DutyRole, transaction: NewTransaction, isReplacement: boolean): Promise<boolean>
  /** Notes what became of transactions. */
  settle(role: DutyRole, account: Account, changes: readonly LedgerChange[]): Promise<void>
  /** Makes the ledger here what it is for all. */
  refresh(account: Account): Promise<void>
  /** Shows attestations to the other processes, soon. */
  publish(attestations: readonly Attestation[]): void
  /** Shows what is to be shown, and gives the next of what any process has shown, or the first of it. */
  exchange(options: { readonly isFromStart: boolean }): Promise<readonly Attestation[]>
  /** Forgets on a lane, for all, what nobody needs any more. */
  prune(lane: { readonly laneKey: Hex; readonly below: number }): Promise<void>
  /** How the shared store is doing; undefined where there is none. */
  status(): VaultStatus | undefined
  /** Gives back every duty. */
  close(): Promise<void>
}

/** How the shared store is doing, and what this process does by it. */
export type VaultStatus = { readonly isUp: boolean; readonly lastError: string | undefined; readonly duties: readonly Lease[] }

/** The vault of a process that is alone: its own disk, which no other process can open. */
export function createLocalVault({ guard, ledger }: Pick<Store, 'guard' | 'ledger'>): Vault {
  return {
    has: () => true,
    reserve: async (_, rows) => guard.reserve(rows),
    learn: async (_, row) => guard.reserve([row]),
    add: async (_, transaction) => {
      ledger.add(transaction)
      return true
    },
    settle: async (_, __, changes) => ledger.setStates(changes),
    refresh: async () => undefined,
    publish: () => undefined,
    exchange: async () => [],
    prune: async () => undefined,
    status: () => undefined,
    close: async () => undefined,
  }
}
