import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Address, Hex } from 'viem'
import { createMemo } from './memo.ts'
import { transact, whenUndone } from './open.ts'
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
  /** Of all of them, whatever their order, so that two watchers see at once whether they hold the same. */
  readonly digest: string
  /** Below it only checkpoints are kept. */
  readonly floor: number
}

/** Every nonce that is a multiple of this is signed and kept for good, so that late deliveries find a head near their messages. */
export const checkpoint = 128

/** Opens the table of attestations. */
export function createAttestations(database: DatabaseSync) {
  const insert = database.prepare(
    'insert into attestation (set_id, lane_key, nonce, head, signer, signature) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
  )
  const from = database.prepare(
    'select * from attestation where set_id = ? and lane_key = ? and nonce >= ? order by nonce, signer limit ? + 0',
  )
  const bySigner = database.prepare('select * from attestation where signer = ?')

  const floors = new Map<string, number>()
  const { entries, note, learn } = createEntries(database)
  const { forget, ...places } = createPlaces(database)

  return {
    /** Keeps one, if its signer has said nothing about this place yet. */
    add({ setId, laneKey, nonce, head, signer: account, signature }: Attestation): boolean {
      const signer: Address = `0x${account.slice(2).toLowerCase()}`
      learn()
      if (insert.run(setId, laneKey, nonce, head, signer, signature).changes === 0) return false
      note({ setId, laneKey, nonce, head, signer })
      forget()
      return true
    },
    ...places,
    from: ({
      setId,
      laneKey,
      nonce,
      limit,
    }: Pick<Attestation, 'setId' | 'laneKey' | 'nonce'> & { limit: number }): readonly Attestation[] =>
      from.all(setId, laneKey, nonce, limit).map(toAttestation),
    /** All that one signer said. */
    bySigner: (signer: Address): readonly Attestation[] => bySigner.all(signer.toLowerCase()).map(toAttestation),
    /** How far each signer has come on each lane. */
    vector(): readonly VectorEntry[] {
      learn()
      return [...entries.values()].map((entry) => ({ ...entry, floor: floors.get(entry.laneKey) ?? 0 }))
    },
    ...createPruning({ database, entries, floors, learn, forget }),
  }
}

/** What was said at each place, and at which places something was. */
function createPlaces(database: DatabaseSync) {
  const one = database.prepare('select * from attestation where set_id = ? and lane_key = ? and nonce = ? order by signer')
  const said = database.prepare(
    'select nonce, count(*) as count from attestation where set_id = ? and lane_key = ? and nonce > ? group by nonce order by nonce',
  )
  const found = createMemo<readonly Attestation[]>(database)
  const counted = createMemo<readonly { readonly nonce: number; readonly count: number }[]>(database, 64)
  const at = ({ setId, laneKey, nonce }: Pick<Attestation, 'setId' | 'laneKey' | 'nonce'>): readonly Attestation[] =>
    found.get(`${setId}${laneKey}${nonce}`, () => one.all(setId, laneKey, nonce).map(toAttestation))

  return {
    at,
    find: ({ signer, ...place }: Pick<Attestation, 'setId' | 'laneKey' | 'nonce' | 'signer'>): Attestation | undefined => {
      const account = signer.toLowerCase()
      return at(place).find((attestation) => attestation.signer === account)
    },
    /** Nonces above `after` that anyone vouched for, with how many did. */
    nonces: ({ setId, laneKey, after }: { setId: Hex; laneKey: Hex; after: number }) =>
      counted.get(`${setId}${laneKey}${after}`, () =>
        said.all(setId, laneKey, after).map((row) => ({ nonce: integer(row, 'nonce'), count: integer(row, 'count') })),
      ),
    forget: () => {
      found.forget()
      counted.forget()
    },
  }
}

/** How far each signer has come, kept along with the table. */
function createEntries(database: DatabaseSync) {
  const all = database.prepare('select set_id, lane_key, signer, nonce, head from attestation')
  const entries = new Map<string, Omit<VectorEntry, 'floor'>>()
  const note = (added: Pick<Attestation, 'setId' | 'laneKey' | 'nonce' | 'head' | 'signer'>): void => {
    const { setId, laneKey, signer, nonce, head } = added
    const key = keyOf(added)
    const { nonce: top = 0, head: topHead = head, count = 0, digest = noDigest } = entries.get(key) ?? {}
    const highest = nonce >= top ? { nonce, head } : { nonce: top, head: topHead }
    entries.set(key, { setId, laneKey, signer, ...highest, count: count + 1, digest: mix(digest, `${nonce} ${head}`) })
  }
  let isLearned = false
  /** Makes the entries what the table holds: at first, and after writes were undone. */
  const learn = () => {
    if (isLearned) return
    isLearned = true
    entries.clear()
    for (const row of all.iterate()) note(toPlace(row))
  }
  whenUndone(database, () => {
    isLearned = false
  })
  learn()
  return { entries, note, learn }
}

const keyOf = (entry: { setId: string; laneKey: string; signer: string }) => `${entry.setId}${entry.laneKey}${entry.signer}`

type Pruning = {
  database: DatabaseSync
  entries: Map<string, Omit<VectorEntry, 'floor'>>
  floors: Map<string, number>
  learn: () => void
  forget: () => void
}

function createPruning({ database, entries, floors, learn, forget }: Pruning) {
  const old = database.prepare('select * from attestation where lane_key = ? and nonce < ? and nonce % ? <> 0')
  const drop = database.prepare('delete from attestation where set_id = ? and lane_key = ? and nonce = ? and signer = ?')
  const dropSet = database.prepare('delete from attestation where set_id = ?')

  return {
    /** Whether a place lies where only checkpoints are kept. */
    isOver: ({ laneKey, nonce }: Pick<Attestation, 'laneKey' | 'nonce'>): boolean =>
      nonce < (floors.get(laneKey) ?? 0) && nonce % checkpoint !== 0,
    /** Forgets what nobody needs any more: on a lane, all but the checkpoints below a nonce. */
    prune({ laneKey, below }: { laneKey: Hex; below: number }): void {
      learn()
      floors.set(laneKey, Math.max(below, floors.get(laneKey) ?? 0))
      const rows = old.all(laneKey, below, checkpoint).map(toAttestation)
      if (rows.length === 0) return
      transact(database, () => {
        for (const { setId, nonce, signer } of rows) drop.run(setId, laneKey, nonce, signer)
      })
      forget()
      for (const { setId, nonce, head, signer } of rows) {
        const key = keyOf({ setId, laneKey, signer })
        const entry = entries.get(key)
        if (entry === undefined) continue
        if (entry.count === 1) entries.delete(key)
        else entries.set(key, { ...entry, count: entry.count - 1, digest: mix(entry.digest, `${nonce} ${head}`) })
      }
    },
    /** Forgets what was signed under all other sets of watchers than these. */
    keepSets(setIds: readonly Hex[]): void {
      learn()
      const kept = new Set<string>(setIds)
      for (const setId of new Set([...entries.values()].map((entry) => entry.setId))) if (!kept.has(setId)) dropSet.run(setId)
      for (const [key, { setId }] of entries) if (!kept.has(setId)) entries.delete(key)
      forget()
    },
  }
}

/** Opens the table of contradictions. */
export function createEvidence(database: DatabaseSync) {
  const accuse = database.prepare(
    'insert into evidence (set_id, lane_key, nonce, signer, first, second, at) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
  )
  const evidence = database.prepare('select * from evidence')
  let known = evidence
    .all()
    .map((row): readonly [Attestation, Attestation, number] => [
      JSON.parse(text(row, 'first')),
      JSON.parse(text(row, 'second')),
      integer(row, 'at'),
    ])

  return {
    /** Whether a contradiction of this watcher on this lane is known. One is enough: what more it says does not fill the disk. */
    has: ({ setId, laneKey, signer }: Pick<Attestation, 'setId' | 'laneKey' | 'signer'>): boolean =>
      known.some(([one]) => one.setId === setId && one.laneKey === laneKey && one.signer === signer),
    /** Keeps two contradicting words of one watcher. */
    accuse({ first, second, at: when }: { first: Attestation; second: Attestation; at: number }): boolean {
      const { setId, laneKey, nonce, signer } = first
      if (this.has(first)) return false
      const { changes } = accuse.run(setId, laneKey, nonce, signer.toLowerCase(), JSON.stringify(first), JSON.stringify(second), when)
      if (changes > 0) known = [...known, [first, second, when]]
      return changes > 0
    },
    /** Pairs of contradicting words, each with the milliseconds at which they were found. */
    list: (): readonly (readonly [Attestation, Attestation, number])[] => known,
  }
}

function toAttestation(row: Row): Attestation {
  return { ...toPlace(row), signature: hex(row, 'signature') }
}

function toPlace(row: Row): Pick<Attestation, 'setId' | 'laneKey' | 'nonce' | 'head' | 'signer'> {
  return {
    setId: hex(row, 'set_id'),
    laneKey: hex(row, 'lane_key'),
    nonce: integer(row, 'nonce'),
    head: hex(row, 'head'),
    signer: hex(row, 'signer'),
  }
}

/** The digest of nothing. */
const noDigest = '0'.repeat(16)

/** A digest with one more thing in it, or one less: twice the same thing is nothing. */
function mix(digest: string, thing: string): string {
  const mixed = BigInt(`0x${digest}`) ^ BigInt(`0x${hash('sha256', thing).slice(0, 16)}`)
  return mixed.toString(16).padStart(16, '0')
}
