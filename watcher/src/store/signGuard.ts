import type { DatabaseSync } from 'node:sqlite'
import type { Hex } from 'viem'
import { SignConflictError } from '../errors.ts'
import { createMemo } from './memo.ts'
import { transact } from './open.ts'
import { hex, integer, type Row, text } from './rows.ts'

/** A place in a lane, and the head that is to be signed there. `policyHeight` is the final block under which it was seen. */
export type GuardRow = {
  readonly setId: Hex
  readonly laneKey: Hex
  readonly nonce: number
  readonly head: Hex
  readonly policyHeight: bigint
  readonly at: number
}

/** Opens the sign guard. Its rows are on disk when a call returns, and none is ever changed or removed. */
export function createSignGuard(database: DatabaseSync) {
  const insert = database.prepare('insert into sign_guard (set_id, lane_key, nonce, head, policy_height, at) values (?, ?, ?, ?, ?, ?)')
  const find = database.prepare('select head from sign_guard where set_id = ? and lane_key = ? and nonce = ?')
  const page = database.prepare(
    'select * from sign_guard where (set_id, lane_key, nonce) > (?, ?, ?) order by set_id, lane_key, nonce limit 1000',
  )
  const newest = database.prepare('select nonce, head from sign_guard where set_id = ? and lane_key = ? order by nonce desc limit 1')

  const tops = createMemo<{ readonly nonce: number; readonly head: Hex } | undefined>(database)

  function signedHead({ setId, laneKey, nonce }: Pick<GuardRow, 'setId' | 'laneKey' | 'nonce'>): Hex | undefined {
    const row = find.get(setId, laneKey, nonce)
    return row === undefined ? undefined : hex(row, 'head')
  }

  function reserveOne(row: GuardRow): void {
    const signed = signedHead(row)
    if (signed === row.head) return
    if (signed !== undefined) throw new SignConflictError({ laneKey: row.laneKey, nonce: BigInt(row.nonce), signed, asked: row.head })
    insert.run(row.setId, row.laneKey, row.nonce, row.head, `${row.policyHeight}`, row.at)
    tops.forget()
  }

  return {
    signedHead,
    /**
     * Notes what is about to be signed, all or nothing. Only after it returns may a signature be made.
     *
     * @throws SignConflictError when another head was noted for one of the places.
     */
    reserve: (rows: readonly GuardRow[]): void => transact(database, () => rows.forEach(reserveOne)),
    /** Notes what others reserved. Gives the rows of which something else was noted here: those stay as they are. */
    mirror(rows: readonly GuardRow[]): readonly GuardRow[] {
      const isOther = (row: GuardRow) => signedHead(row) !== undefined && signedHead(row) !== row.head
      const others = rows.filter(isOther)
      if (rows.length > others.length) transact(database, () => rows.filter((row) => !isOther(row)).forEach(reserveOne))
      return others
    },
    /** All rows, in pages. */
    *pages(): Generator<readonly GuardRow[]> {
      let last: Pick<GuardRow, 'setId' | 'laneKey' | 'nonce'> = { setId: '0x', laneKey: '0x', nonce: -1 }
      for (;;) {
        const rows = page.all(last.setId, last.laneKey, last.nonce).map(toGuardRow)
        const end = rows.at(-1)
        if (end === undefined) return
        yield rows
        last = end
      }
    },
    /** The highest place noted for a lane, with its head. */
    newest: ({ setId, laneKey }: Pick<GuardRow, 'setId' | 'laneKey'>): { readonly nonce: number; readonly head: Hex } | undefined =>
      tops.get(`${setId}${laneKey}`, () => {
        const row = newest.get(setId, laneKey)
        return row === undefined ? undefined : { nonce: integer(row, 'nonce'), head: hex(row, 'head') }
      }),
  }
}

function toGuardRow(row: Row): GuardRow {
  return {
    setId: hex(row, 'set_id'),
    laneKey: hex(row, 'lane_key'),
    nonce: integer(row, 'nonce'),
    head: hex(row, 'head'),
    policyHeight: BigInt(text(row, 'policy_height')),
    at: integer(row, 'at'),
  }
}
