import type { DatabaseSync } from 'node:sqlite'
import type { Hex } from 'viem'
import { createMemo } from './memo.ts'
import { hex, integer, isNull, type Row, text } from './rows.ts'

/** One lane at one destination: the broadcast lane has several. */
export type Way = { readonly laneKey: Hex; readonly chainId: number }

/** A message at one destination. */
export type Place = Way & { readonly nonce: number }

/** Why a message could not be brought. It is tried again, ever more rarely. */
export type DeadLetter = Place & { readonly reason: string; readonly detail: string; readonly tries: number; readonly retryAt: number }

/** Opens the tables of deliveries: what waits, what is over for good, what cannot be brought for now. */
export function createDeliveries(database: DatabaseSync) {
  const pending = createPending(database)
  const dead = createDeadLetters(database)
  const forget = () => {
    pending.forget()
    dead.forget()
  }
  return { ...pending.calls, ...createSettled({ database, forget }), ...dead.calls }
}

// `+ 0` keeps SQLite from planning a query anew for every limit, which takes ten times as long as the query.
function createPending(database: DatabaseSync) {
  const expect = database.prepare(
    'insert into pending (lane_key, chain_id, nonce) select ?1, ?2, ?3 where not exists (select 1 from delivery where lane_key = ?1 and chain_id = ?2 and nonce = ?3) on conflict do nothing',
  )
  const waiting = database.prepare(
    `select nonce from pending p where lane_key = ?1 and chain_id = ?2 and seen_block is null
     and not exists (select 1 from dead_letter d where d.lane_key = ?1 and d.chain_id = ?2 and d.nonce = p.nonce and d.retry_at > ?3) order by nonce limit ?4 + 0`,
  )
  const seen = database.prepare('update pending set seen_block = ? where lane_key = ? and chain_id = ? and nonce = ?')
  const due = database.prepare(
    'select nonce from pending where lane_key = ? and chain_id = ? and seen_block <= ? order by seen_block limit ? + 0',
  )
  const unsee = database.prepare('update pending set seen_block = null where chain_id = ? and seen_block is not null')
  const count = database.prepare('select count(*) as count from pending where lane_key = ? and chain_id = ?')
  const nonces = (rows: readonly Row[]) => rows.map((row) => integer(row, 'nonce'))
  const counts = createMemo<number>(database)
  const firsts = createFirsts(database)
  const forget = () => {
    counts.forget()
    firsts.forget()
  }

  const calls = {
    /** A message is on its way to a chain. */
    expect: ({ laneKey, chainId, nonce }: Place): void => {
      expect.run(laneKey, chainId, nonce)
      forget()
    },
    /** What still waits by the latest block, lowest first, without dead letters whose time has not come. */
    waiting: ({ laneKey, chainId, at, limit }: Way & { at: number; limit: number }): readonly number[] =>
      nonces(waiting.all(laneKey, chainId, at, limit)),
    /** A message is over by the latest block, which is `block`. */
    see: ({ laneKey, chainId, nonce, block }: Place & { block: number | null }): void => {
      seen.run(block, laneKey, chainId, nonce)
      forget()
    },
    /** What was over by a block that is final now. */
    toConfirm: ({ laneKey, chainId, final, limit }: Way & { final: number; limit: number }): readonly number[] =>
      nonces(due.all(laneKey, chainId, final, limit)),
    /** A reorg at the destination: what was over may wait again. */
    unsee: (chainId: number): void => {
      unsee.run(chainId)
      forget()
    },
    /** The lowest nonce that waits by the latest block. */
    oldest: (way: Way): number | undefined => firsts.first(way, 'waiting'),
    /** The lowest message that is not over for good; undefined when all are. */
    lowestPending: (way: Way): number | undefined => firsts.first(way, 'any'),
    countPending: ({ laneKey, chainId }: Way): number =>
      counts.get(`${laneKey}${chainId}`, () => {
        const row = count.get(laneKey, chainId)
        return row === undefined ? 0 : integer(row, 'count')
      }),
  }
  return { calls, forget }
}

/** The lowest nonces that wait. */
function createFirsts(database: DatabaseSync) {
  const waiting = database.prepare('select min(nonce) as nonce from pending where lane_key = ? and chain_id = ? and seen_block is null')
  const any = database.prepare('select min(nonce) as nonce from pending where lane_key = ? and chain_id = ?')
  const known = createMemo<number | undefined>(database)
  const first = ({ laneKey, chainId }: Way, which: 'waiting' | 'any') =>
    known.get(`${laneKey}${chainId} ${which}`, () => {
      const row = (which === 'waiting' ? waiting : any).get(laneKey, chainId)
      return row === undefined || isNull(row, 'nonce') ? undefined : integer(row, 'nonce')
    })
  return { first, forget: known.forget }
}

function createSettled({ database, forget }: { database: DatabaseSync; forget: () => void }) {
  const insert = database.prepare(
    'insert into delivery (lane_key, chain_id, nonce, status) values (?, ?, ?, ?) on conflict do update set status = excluded.status',
  )
  const done = database.prepare('delete from pending where lane_key = ? and chain_id = ? and nonce = ?')
  const raise = database.prepare('delete from dead_letter where lane_key = ? and chain_id = ? and nonce = ?')
  const one = database.prepare('select status from delivery where lane_key = ? and chain_id = ? and nonce = ?')

  return {
    /** Notes a status that is final at the destination. */
    settle({ laneKey, chainId, nonce, status }: Place & { status: string }): void {
      insert.run(laneKey, chainId, nonce, status)
      done.run(laneKey, chainId, nonce)
      raise.run(laneKey, chainId, nonce)
      forget()
    },
    statusOf({ laneKey, chainId, nonce }: Place): string | undefined {
      const row = one.get(laneKey, chainId, nonce)
      return row === undefined || isNull(row, 'status') ? undefined : text(row, 'status')
    },
  }
}

function createDeadLetters(database: DatabaseSync) {
  const bury = database.prepare(
    `insert into dead_letter (lane_key, chain_id, nonce, reason, detail, tries, retry_at, at) values (?, ?, ?, ?, ?, 1, ?, ?)
     on conflict do update set reason = excluded.reason, detail = excluded.detail, tries = tries + 1, retry_at = excluded.retry_at`,
  )
  const one = database.prepare('select * from dead_letter where lane_key = ? and chain_id = ? and nonce = ?')
  const due = database.prepare(
    'select * from dead_letter where lane_key = ? and chain_id = ? and reason = ? and retry_at <= ? order by retry_at limit ? + 0',
  )
  const soonest = database.prepare('select min(retry_at) as at from dead_letter where lane_key = ? and chain_id = ? and reason = ?')
  const all = database.prepare('select * from dead_letter order by at desc limit 1000')
  const hurry = database.prepare('update dead_letter set retry_at = ? where lane_key = ? and chain_id = ? and nonce = ?')
  const firsts = createMemo<number>(database)
  /** When the first one may be tried again, milliseconds. */
  const dueFrom = ({ laneKey, chainId, reason }: Way & { reason: string }): number =>
    firsts.get(`${laneKey}${chainId}${reason}`, () => {
      const row = soonest.get(laneKey, chainId, reason)
      return row === undefined || isNull(row, 'at') ? Number.POSITIVE_INFINITY : integer(row, 'at')
    })

  const calls = {
    bury: ({ laneKey, chainId, nonce, reason, detail, retryAt, at }: Omit<DeadLetter, 'tries'> & { at: number }): void => {
      bury.run(laneKey, chainId, nonce, reason, detail, retryAt, at)
      firsts.forget()
    },
    /** Lets one be tried again from `at` on (milliseconds). */
    hurry: ({ laneKey, chainId, nonce, at }: Place & { at: number }): void => {
      hurry.run(at, laneKey, chainId, nonce)
      firsts.forget()
    },
    deadLetter({ laneKey, chainId, nonce }: Place): DeadLetter | undefined {
      const row = one.get(laneKey, chainId, nonce)
      return row === undefined ? undefined : toDead(row)
    },
    /** Dead letters of one kind whose time to be tried again has come. */
    toRetry: ({ laneKey, chainId, reason, at, limit }: Way & { reason: string; at: number; limit: number }): readonly DeadLetter[] =>
      dueFrom({ laneKey, chainId, reason }) > at ? [] : due.all(laneKey, chainId, reason, at, limit).map(toDead),
    deadLetters: (): readonly DeadLetter[] => all.all().map(toDead),
  }
  return { calls, forget: firsts.forget }
}

function toDead(row: Row): DeadLetter {
  return {
    laneKey: hex(row, 'lane_key'),
    chainId: integer(row, 'chain_id'),
    nonce: integer(row, 'nonce'),
    reason: text(row, 'reason'),
    detail: text(row, 'detail'),
    tries: integer(row, 'tries'),
    retryAt: integer(row, 'retry_at'),
  }
}
