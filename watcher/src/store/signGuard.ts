import type { DatabaseSync } from 'node:sqlite'
import type { Hex } from 'viem'
import { SignConflictError } from '../errors.ts'
import { transact } from './open.ts'
import { hex, integer } from './rows.ts'

/** A place in a lane, and the head that is to be signed there. `policyHeight` is the final block under which it was seen. */
export type GuardRow = {
  readonly setId: Hex
  readonly laneKey: Hex
  readonly nonce: number
  readonly head: Hex
  readonly policyHeight: bigint
  readonly at: number
}

/** The memory of every head that this watcher signed or was about to. */
export type SignGuard = ReturnType<typeof createSignGuard>

/** Opens the sign guard. Its rows are on disk when a call returns, and none is ever changed or removed. */
export function createSignGuard(database: DatabaseSync) {
  const insert = database.prepare('insert into sign_guard (set_id, lane_key, nonce, head, policy_height, at) values (?, ?, ?, ?, ?, ?)')
  const find = database.prepare('select head from sign_guard where set_id = ? and lane_key = ? and nonce = ?')
  const newest = database.prepare('select nonce, head from sign_guard where set_id = ? and lane_key = ? order by nonce desc limit 1')

  function signedHead({ setId, laneKey, nonce }: Pick<GuardRow, 'setId' | 'laneKey' | 'nonce'>): Hex | undefined {
    const row = find.get(setId, laneKey, nonce)
    return row === undefined ? undefined : hex(row, 'head')
  }

  function reserveOne(row: GuardRow): void {
    const signed = signedHead(row)
    if (signed === row.head) return
    if (signed !== undefined) throw new SignConflictError({ laneKey: row.laneKey, nonce: BigInt(row.nonce), signed, asked: row.head })
    insert.run(row.setId, row.laneKey, row.nonce, row.head, `${row.policyHeight}`, row.at)
  }

  return {
    signedHead,
    /**
     * Notes what is about to be signed, all or nothing. Only after it returns may a signature be made.
     *
     * @throws SignConflictError when another head was noted for one of the places.
     */
    reserve: (rows: readonly GuardRow[]): void => transact(database, () => rows.forEach(reserveOne)),
    /** The highest place noted for a lane, with its head. */
    newest({ setId, laneKey }: Pick<GuardRow, 'setId' | 'laneKey'>): { readonly nonce: number; readonly head: Hex } | undefined {
      const row = newest.get(setId, laneKey)
      return row === undefined ? undefined : { nonce: integer(row, 'nonce'), head: hex(row, 'head') }
    },
  }
}
