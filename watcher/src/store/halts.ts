import type { DatabaseSync } from 'node:sqlite'
import type { Halt } from '@hanse/sdk/sync'
import { integer, text } from './rows.ts'

/** Opens the table of halts. A row is on disk when `add` returns, and stays until a person clears it. */
export function createHalts(database: DatabaseSync) {
  const insert = database.prepare('insert into halt (chain_id, reason, detail, at) values (?, ?, ?, ?) on conflict do nothing')
  const one = database.prepare('select * from halt where chain_id = ?')
  const clear = database.prepare('delete from halt where chain_id = ?')

  return {
    add: (chainId: number, { reason, detail, at }: Halt): void => {
      insert.run(chainId, reason, detail, at)
    },
    find(chainId: number): Halt | undefined {
      const row = one.get(chainId)
      if (row === undefined) return undefined
      const reason = text(row, 'reason')
      const known = reason === 'finality-regressed' || reason === 'chain-mismatch' ? reason : 'finality-violated'
      return { reason: known, detail: text(row, 'detail'), at: integer(row, 'at') }
    },
    clear: (chainId: number): void => {
      clear.run(chainId)
    },
  }
}
