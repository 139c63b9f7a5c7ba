import type { SQLOutputValue } from 'node:sqlite'
import { type Hex, isHex } from 'viem'
import { StoreUnusableError } from '../errors.ts'

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>

/** A text column. */
export function text(row: Row, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : broken(column)
}

/** A column with hex bytes. */
export function hex(row: Row, column: string): Hex {
  const value = row[column]
  return typeof value === 'string' && isHex(value) ? value : broken(column)
}

/** A whole number below 2^53. */
export function integer(row: Row, column: string): number {
  const value = row[column]
  return typeof value === 'number' ? value : broken(column)
}

/** Whether a column is empty. */
export function isNull(row: Row, column: string): boolean {
  return row[column] === null
}

function broken(column: string): never {
  throw new StoreUnusableError(`The store is damaged: column ${column} holds something else than expected.`, {
    metaMessages: ['Remove cache.sqlite: it is read again from the chains. Never remove vault.sqlite.'],
  })
}
