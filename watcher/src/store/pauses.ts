import type { DatabaseSync } from 'node:sqlite'
import { integer, text } from './rows.ts'

/** A role that a person has stopped, on one chain or, with zero, on all. */
export type Pause = { readonly role: string; readonly chainId: number }

/** Opens the table of pauses. */
export function createPauses(database: DatabaseSync) {
  const insert = database.prepare('insert into paused (role, chain_id) values (?, ?) on conflict (role, chain_id) do nothing')
  const remove = database.prepare('delete from paused where role = ? and chain_id = ?')
  const all = database.prepare('select role, chain_id from paused order by role, chain_id')
  const list = (): readonly Pause[] => all.all().map((row) => ({ role: text(row, 'role'), chainId: integer(row, 'chain_id') }))
  let current = list()

  return {
    list: (): readonly Pause[] => current,
    /** Whether a role stands still on a chain. */
    has: (role: string, chainId: number): boolean =>
      current.some((pause) => pause.role === role && (pause.chainId === 0 || pause.chainId === chainId)),
    set({ role, chainId }: Pause, isPaused: boolean): void {
      if (isPaused) insert.run(role, chainId)
      else remove.run(role, chainId)
      current = list()
    },
  }
}
