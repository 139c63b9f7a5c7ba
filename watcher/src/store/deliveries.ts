import type { DatabaseSync } from 'node:sqlite'
import type { Hex } from 'viem'
import { integer, isNull, text } from './rows.ts'

/** A message at one destination: all lanes but the broadcast lane have one. */
export type Place = { readonly laneKey: Hex; readonly chainId: number; readonly nonce: number }

/** Why a message could not be brought. It is tried again, ever more rarely. */
export type DeadLetter = Place & { readonly reason: string; readonly detail: string; readonly tries: number; readonly retryAt: number }

/** What became of messages, as far as it is final. */
export type Deliveries = ReturnType<typeof createDeliveries>

/** Opens the tables of deliveries and dead letters. */
export function createDeliveries(database: DatabaseSync) {
  const insert = database.prepare(
    'insert into delivery (lane_key, chain_id, nonce, status) values (?, ?, ?, ?) on conflict do update set status = excluded.status',
  )
  const known = database.prepare('select nonce from delivery where lane_key = ? and chain_id = ? and nonce >= ?')
  const one = database.prepare('select status from delivery where lane_key = ? and chain_id = ? and nonce = ?')
  const counts = database.prepare('select chain_id, status, count(*) as count from delivery group by chain_id, status')
  const bury = database.prepare(
    `insert into dead_letter (lane_key, chain_id, nonce, reason, detail, tries, retry_at, at) values (?, ?, ?, ?, ?, 1, ?, ?)
     on conflict do update set reason = excluded.reason, detail = excluded.detail, tries = tries + 1, retry_at = excluded.retry_at`,
  )
  const dead = database.prepare('select * from dead_letter where lane_key = ? and chain_id = ?')
  const allDead = database.prepare('select * from dead_letter order by at desc limit 1000')
  const raise = database.prepare('delete from dead_letter where lane_key = ? and chain_id = ? and nonce = ?')

  const toDead = (row: Parameters<typeof text>[0]): DeadLetter => ({
    laneKey: `0x${text(row, 'lane_key').slice(2)}`,
    chainId: integer(row, 'chain_id'),
    nonce: integer(row, 'nonce'),
    reason: text(row, 'reason'),
    detail: text(row, 'detail'),
    tries: integer(row, 'tries'),
    retryAt: integer(row, 'retry_at'),
  })

  return {
    /** Notes a status that is final at the destination. */
    settle({ laneKey, chainId, nonce, status }: Place & { status: string }): void {
      insert.run(laneKey, chainId, nonce, status)
      if (status !== 'Failed') raise.run(laneKey, chainId, nonce)
    },
    /** Nonces from `from` on whose end is final. */
    settled: ({ laneKey, chainId, from }: { laneKey: Hex; chainId: number; from: number }): ReadonlySet<number> =>
      new Set(known.all(laneKey, chainId, from).map((row) => integer(row, 'nonce'))),
    statusOf({ laneKey, chainId, nonce }: Place): string | undefined {
      const row = one.get(laneKey, chainId, nonce)
      return row === undefined || isNull(row, 'status') ? undefined : text(row, 'status')
    },
    counts: () =>
      counts.all().map((row) => ({ chainId: integer(row, 'chain_id'), status: text(row, 'status'), count: integer(row, 'count') })),
    bury: ({ laneKey, chainId, nonce, reason, detail, retryAt, at }: Omit<DeadLetter, 'tries'> & { at: number }): void => {
      bury.run(laneKey, chainId, nonce, reason, detail, retryAt, at)
    },
    dead: ({ laneKey, chainId }: { laneKey: Hex; chainId: number }): readonly DeadLetter[] => dead.all(laneKey, chainId).map(toDead),
    allDead: (): readonly DeadLetter[] => allDead.all().map(toDead),
  }
}
