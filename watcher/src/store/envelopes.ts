import type { DatabaseSync } from 'node:sqlite'
import type { EnvelopeKind, SignedEnvelope } from '@hanse/sdk/agent'
import type { Hex } from 'viem'
import { hex, integer, type Row, text } from './rows.ts'

/**
 * An envelope as it is kept. `seq` rises with each that comes, so that a peer can ask for what it lacks. It is at least the time (milliseconds): a store that
 * comes back from an old copy does not give a place that peers have passed to something else.
 */
export type StoredEnvelope = SignedEnvelope & { readonly id: Hex; readonly seq: number }

/** Opens the table of envelopes. */
export function createEnvelopes(database: DatabaseSync) {
  const insert = database.prepare(
    'insert into envelope (seq, id, kind, sender, recipient, topic, expiry, body, signature, keep_until) values (max(?, (select coalesce(max(seq), 0) + 1 from envelope)), ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing',
  )
  const one = database.prepare('select * from envelope where id = ?')
  const after = database.prepare('select * from envelope where seq > ? order by seq limit ?')
  const about = database.prepare('select * from envelope where topic = ? and seq > ? order by seq limit ?')
  const proof = database.prepare('select * from envelope where topic = ? and kind = ? order by seq limit 1')
  const to = database.prepare('select * from envelope where recipient = ? and seq > ? order by seq limit ?')
  const counts = database.prepare('select count(*) as total, coalesce(sum(case when sender = ? then 1 else 0 end), 0) as own from envelope')
  const newest = database.prepare('select coalesce(max(seq), 0) as seq from envelope')
  const prune = database.prepare('delete from envelope where keep_until <= ?')

  return {
    /** Keeps one until a time (milliseconds) that may lie after its expiry. */
    add: ({
      id,
      kind,
      from,
      to: recipient,
      topic,
      expiry,
      body,
      signature,
      keepUntil,
      now,
    }: Omit<StoredEnvelope, 'seq'> & { keepUntil: number; now: number }): boolean =>
      insert.run(now, id, kind, from.toLowerCase(), recipient.toLowerCase(), topic, expiry, body, signature, keepUntil).changes > 0,
    has: (id: Hex): boolean => one.get(id) !== undefined,
    after: ({ seq, limit }: { seq: number; limit: number }): readonly StoredEnvelope[] => after.all(seq, limit).map(toEnvelope),
    about: ({ topic, seq, limit }: { topic: Hex; seq: number; limit: number }): readonly StoredEnvelope[] =>
      about.all(topic, seq, limit).map(toEnvelope),
    /** The terms or the body whose hash a topic is: all that say so are the same. */
    proven({ topic, kind }: { topic: Hex; kind: 'terms' | 'body' }): StoredEnvelope | undefined {
      const row = proof.get(topic.toLowerCase(), kind)
      return row === undefined ? undefined : toEnvelope(row)
    },
    to: ({ account, seq, limit }: { account: string; seq: number; limit: number }): readonly StoredEnvelope[] =>
      to.all(account.toLowerCase(), seq, limit).map(toEnvelope),
    /** How many there are, and how many of one sender. */
    counts(sender: string): { readonly total: number; readonly own: number } {
      const row = counts.get(sender.toLowerCase())
      return row === undefined ? { total: 0, own: 0 } : { total: integer(row, 'total'), own: integer(row, 'own') }
    },
    newest(): number {
      const row = newest.get()
      return row === undefined ? 0 : integer(row, 'seq')
    },
    prune: (now: number): void => {
      prune.run(now)
    },
  }
}

const kinds: readonly EnvelopeKind[] = ['offer', 'counter', 'terms', 'body']

function toEnvelope(row: Row): StoredEnvelope {
  return {
    id: hex(row, 'id'),
    seq: integer(row, 'seq'),
    kind: kinds.find((kind) => kind === text(row, 'kind')) ?? 'offer',
    from: hex(row, 'sender'),
    to: hex(row, 'recipient'),
    topic: hex(row, 'topic'),
    expiry: integer(row, 'expiry'),
    body: text(row, 'body'),
    signature: hex(row, 'signature'),
  }
}
