import type { DatabaseSync } from 'node:sqlite'
import type { Address, Hex } from 'viem'
import { hex, integer, type Row, text } from './rows.ts'

/** One watcher's word for one head. */
export type Attestation = {
  readonly setId: Hex
  readonly laneKey: Hex
  readonly nonce: number
  readonly head: Hex
  readonly signer: Address
  readonly signature: Hex
}

/** How far one signer has come on one lane, and how many of its attestations are here. */
export type VectorEntry = {
  readonly setId: string
  readonly laneKey: string
  readonly signer: string
  readonly nonce: number
  /** Under the highest nonce. */
  readonly head: string
  readonly count: number
}

/** All attestations known. */
export type Attestations = ReturnType<typeof createAttestations>

/** Opens the table of attestations. */
export function createAttestations(database: DatabaseSync) {
  const insert = database.prepare(
    'insert into attestation (set_id, lane_key, nonce, head, signer, signature) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
  )
  const one = database.prepare('select * from attestation where set_id = ? and lane_key = ? and nonce = ? and signer = ?')
  const at = database.prepare('select * from attestation where set_id = ? and lane_key = ? and nonce = ? order by signer')
  const from = database.prepare(
    'select * from attestation where set_id = ? and lane_key = ? and nonce >= ? order by nonce, signer limit ? + 0',
  )
  const nonces = database.prepare(
    'select nonce, count(*) as count from attestation where set_id = ? and lane_key = ? and nonce > ? group by nonce order by nonce',
  )
  const vector = database.prepare(
    'select set_id, lane_key, signer, max(nonce) as nonce, head, count(*) as count from attestation group by set_id, lane_key, signer',
  )

  const entries = new Map<string, VectorEntry>()
  const keyOf = (entry: { setId: string; laneKey: string; signer: string }) => `${entry.setId}${entry.laneKey}${entry.signer}`
  for (const row of vector.all()) {
    const entry = toEntry(row)
    entries.set(keyOf(entry), entry)
  }

  return {
    /** Keeps one, if its signer has said nothing about this place yet. */
    add({ setId, laneKey, nonce, head, signer: account, signature }: Attestation): boolean {
      const signer = account.toLowerCase()
      if (insert.run(setId, laneKey, nonce, head, signer, signature).changes === 0) return false
      const key = keyOf({ setId, laneKey, signer })
      const { nonce: top = 0, head: topHead = head, count = 0 } = entries.get(key) ?? {}
      const highest = nonce >= top ? { nonce, head } : { nonce: top, head: topHead }
      entries.set(key, { setId, laneKey, signer, ...highest, count: count + 1 })
      return true
    },
    find({ setId, laneKey, nonce, signer }: Pick<Attestation, 'setId' | 'laneKey' | 'nonce' | 'signer'>): Attestation | undefined {
      const row = one.get(setId, laneKey, nonce, signer.toLowerCase())
      return row === undefined ? undefined : toAttestation(row)
    },
    at: ({ setId, laneKey, nonce }: Pick<Attestation, 'setId' | 'laneKey' | 'nonce'>): readonly Attestation[] =>
      at.all(setId, laneKey, nonce).map(toAttestation),
    from: ({
      setId,
      laneKey,
      nonce,
      limit,
    }: Pick<Attestation, 'setId' | 'laneKey' | 'nonce'> & { limit: number }): readonly Attestation[] =>
      from.all(setId, laneKey, nonce, limit).map(toAttestation),
    /** Nonces above `after` that anyone vouched for, with how many did. */
    nonces: ({ setId, laneKey, after }: { setId: Hex; laneKey: Hex; after: number }) =>
      nonces.all(setId, laneKey, after).map((row) => ({ nonce: integer(row, 'nonce'), count: integer(row, 'count') })),
    /** How far each signer has come on each lane. */
    vector: (): readonly VectorEntry[] => [...entries.values()],
  }
}

/** Contradictions of watchers. */
export type Evidence = ReturnType<typeof createEvidence>

/** Opens the table of contradictions. */
export function createEvidence(database: DatabaseSync) {
  const accuse = database.prepare(
    'insert into evidence (set_id, lane_key, nonce, signer, first, second, at) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
  )
  const evidence = database.prepare('select * from evidence')

  return {
    /** Keeps two contradicting words of one watcher. */
    accuse: ({ first, second, at: when }: { first: Attestation; second: Attestation; at: number }): boolean =>
      accuse.run(first.setId, first.laneKey, first.nonce, first.signer.toLowerCase(), JSON.stringify(first), JSON.stringify(second), when)
        .changes > 0,
    /** Pairs of contradicting words, each with the milliseconds at which they were found. */
    list: (): readonly (readonly [Attestation, Attestation, number])[] =>
      evidence.all().map((row) => [JSON.parse(text(row, 'first')), JSON.parse(text(row, 'second')), integer(row, 'at')] as const),
  }
}

function toAttestation(row: Row): Attestation {
  return {
    setId: hex(row, 'set_id'),
    laneKey: hex(row, 'lane_key'),
    nonce: integer(row, 'nonce'),
    head: hex(row, 'head'),
    signer: hex(row, 'signer'),
    signature: hex(row, 'signature'),
  }
}

function toEntry(row: Row): VectorEntry {
  return {
    setId: text(row, 'set_id'),
    laneKey: text(row, 'lane_key'),
    signer: text(row, 'signer'),
    nonce: integer(row, 'nonce'),
    head: text(row, 'head'),
    count: integer(row, 'count'),
  }
}
