import type { DatabaseSync } from 'node:sqlite'
import { integer } from './rows.ts'

/** Opens the table of marks. One of `moved` says that everything from before is in the shared store too. */
export function createMarks(database: DatabaseSync) {
  const one = database.prepare('select version from shared_mark where store_id = ? and what = ?')
  const top = database.prepare('select coalesce(max(version), 0) as version from shared_mark where store_id = ?')
  const put = database.prepare(
    'insert into shared_mark (store_id, what, version) values (?, ?, ?) on conflict do update set version = excluded.version',
  )
  const clear = database.prepare('delete from shared_mark where store_id = ?')

  return {
    find: (storeId: string, what: string): number => {
      const row = one.get(storeId, what)
      return row === undefined ? 0 : integer(row, 'version')
    },
    /** The highest of a store. */
    top: (storeId: string): number => {
      const row = top.get(storeId)
      return row === undefined ? 0 : integer(row, 'version')
    },
    set: (storeId: string, what: string, version: number): void => {
      put.run(storeId, what, version)
    },
    clear: (storeId: string): void => {
      clear.run(storeId)
    },
  }
}
