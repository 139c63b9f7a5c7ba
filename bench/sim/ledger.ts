import type { Outcome } from './types.ts'

/** Every transaction of a run, failures included. */
export type Ledger = {
  transactions: number
  failed: number
  /** What a sender's own simulation kept back: no transaction. */
  refused: number
  gas: number
  /** Transactions by row of the snapshot. */
  readonly rows: Map<string, number>
}

export function createLedger(): Ledger {
  return { transactions: 0, failed: 0, refused: 0, gas: 0, rows: new Map() }
}

/** Enters what became of a transaction. */
export function enter(ledger: Ledger, { result, row, gas }: Outcome): void {
  if (result === 'refused') {
    ledger.refused += 1
    return
  }
  ledger.transactions += 1
  ledger.failed += result === 'failed' ? 1 : 0
  ledger.gas += gas
  ledger.rows.set(row, (ledger.rows.get(row) ?? 0) + 1)
}
