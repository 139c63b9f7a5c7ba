import type { DatabaseSync } from 'node:sqlite'
import type { Hex } from 'viem'
import { hex, integer, text } from './rows.ts'

/** A task whose terms are known. `terms` is JSON with bigints as decimal strings. */
export type StoredTask = {
  readonly chainId: number
  readonly taskId: Hex
  readonly terms: string
  readonly isFinal: boolean
  readonly isOver: boolean
}

/** Work that was handed in last. Only a hash of it stands on the chain. */
export type StoredWork = { readonly worker: Hex; readonly token: number; readonly deliverable: Hex }

/** Opens the table of tasks. */
export function createTasks(database: DatabaseSync) {
  const insert = database.prepare(
    'insert into task (chain_id, task_id, terms, is_final, check_at, is_over) values (?, ?, ?, ?, 0, 0) on conflict do update set is_final = max(is_final, excluded.is_final), check_at = 0',
  )
  const touch = database.prepare('update task set check_at = ? where chain_id = ? and task_id = ?')
  const end = database.prepare('update task set is_over = ? where chain_id = ? and task_id = ?')
  const due = database.prepare(
    'select * from task where chain_id = ? and is_over = 0 and is_final = 1 and check_at <= ? order by check_at limit ? + 0',
  )
  const submit = database.prepare(
    'insert into work (chain_id, task_id, worker, token, deliverable) values (?, ?, ?, ?, ?) on conflict do update set worker = excluded.worker, token = excluded.token, deliverable = excluded.deliverable',
  )
  const submitted = database.prepare('select * from work where chain_id = ? and task_id = ?')
  const byId = database.prepare('select * from task where task_id = ?')
  const page = database.prepare('select * from task where chain_id = ? and task_id > ? order by task_id limit ?')

  const toTask = (row: Parameters<typeof text>[0]): StoredTask => ({
    chainId: integer(row, 'chain_id'),
    taskId: hex(row, 'task_id'),
    terms: text(row, 'terms'),
    isFinal: integer(row, 'is_final') === 1,
    isOver: integer(row, 'is_over') === 1,
  })

  return {
    open: ({ chainId, taskId, terms, isFinal }: Pick<StoredTask, 'chainId' | 'taskId' | 'terms' | 'isFinal'>): void => {
      insert.run(chainId, taskId, terms, isFinal ? 1 : 0)
    },
    submit: ({ chainId, taskId, worker, token, deliverable }: StoredWork & { chainId: number; taskId: Hex }): void => {
      submit.run(chainId, taskId, worker, token, deliverable)
    },
    workOf: ({ chainId, taskId }: { chainId: number; taskId: Hex }): StoredWork | undefined => {
      const row = submitted.get(chainId, taskId)
      return row && { worker: hex(row, 'worker'), token: integer(row, 'token'), deliverable: hex(row, 'deliverable') }
    },
    /** Looks at a task again at `at` (milliseconds). */
    checkAt: ({ chainId, taskId, at }: { chainId: number; taskId: Hex; at: number }): void => {
      touch.run(at, chainId, taskId)
    },
    setOver: ({ chainId, taskId, isOver }: { chainId: number; taskId: Hex; isOver: boolean }): void => {
      end.run(isOver ? 1 : 0, chainId, taskId)
    },
    due: ({ chainId, at, limit }: { chainId: number; at: number; limit: number }): readonly StoredTask[] =>
      due.all(chainId, at, limit).map(toTask),
    /** Tasks of a chain by id, after one. */
    page: ({ chainId, after, limit }: { chainId: number; after: string; limit: number }): readonly StoredTask[] =>
      page.all(chainId, after, limit).map(toTask),
    byId: (taskId: Hex): readonly StoredTask[] => byId.all(taskId).map(toTask),
  }
}
