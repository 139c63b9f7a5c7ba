import type { DatabaseSync } from 'node:sqlite'
import type { Address, Hex } from 'viem'
import { createMemo } from './memo.ts'
import { transact } from './open.ts'
import { hex, integer, isNull, type Row, text } from './rows.ts'

/** live: sent or about to be. mined: has a receipt that is not final. done: final. dropped: its slot went to something else. */
export type TransactionState = 'live' | 'mined' | 'done' | 'dropped'

/** What a transaction is for, so that nothing is sent twice for it. */
export type Purpose =
  | { readonly kind: 'deliver'; readonly laneKey: Hex; readonly first: number; readonly count: number }
  | { readonly kind: 'retry'; readonly laneKey: Hex; readonly nonce: number }
  | { readonly kind: 'accuse'; readonly setId: Hex; readonly signer: Address }
  | { readonly kind: 'keep'; readonly taskId: Hex; readonly action: KeepAction }
  /** Nothing but a nonce that later ones wait for. */
  | { readonly kind: 'fill' }

/** A default that a watcher triggers. */
export type KeepAction = 'settle' | 'lapse' | 'expire' | 'award' | 'resolve'

/** What is needed to sign the same call again at another price. */
export type CallRequest = { readonly to: Address; readonly data: Hex; readonly gas: string }

/** A signed transaction, persisted before anyone saw it. */
export type LedgerRow = {
  readonly id: number
  readonly chainId: number
  readonly sender: Address
  readonly nonce: number
  readonly hash: Hex
  readonly raw: Hex
  /** Wei per gas. */
  readonly maxFee: bigint
  readonly tip: bigint
  readonly purpose: Purpose
  readonly request: CallRequest
  readonly state: TransactionState
  readonly block: number | undefined
  readonly at: number
}

/** Opens the ledger. A row is on disk when `add` returns. */
export function createLedger(database: DatabaseSync) {
  const insert = database.prepare(
    "insert into tx (chain_id, sender, nonce, hash, raw, max_fee, tip, purpose, request, state, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'live', ?) on conflict (hash) do update set state = 'live', at = excluded.at",
  )
  const open = database.prepare("select * from tx where chain_id = ? and sender = ? and state in ('live', 'mined') order by nonce, id")
  const recent = database.prepare('select * from tx where ?1 = 0 or chain_id = ?1 order by id desc limit ?2')
  const set = database.prepare('update tx set state = ?, block = ? where id = ?')
  const mirror = database.prepare(
    'insert into tx (chain_id, sender, nonce, hash, raw, max_fee, tip, purpose, request, state, block, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (hash) do update set state = excluded.state, block = excluded.block, at = excluded.at',
  )
  const opened = createMemo<readonly LedgerRow[]>(database)

  return {
    add({ chainId, sender, nonce, hash, raw, maxFee, tip, purpose, request, at }: Omit<LedgerRow, 'id' | 'state' | 'block'>): void {
      insert.run(
        chainId,
        sender.toLowerCase(),
        nonce,
        hash,
        raw,
        `${maxFee}`,
        `${tip}`,
        JSON.stringify(purpose),
        JSON.stringify(request),
        at,
      )
      opened.forget()
    },
    /** Transactions that are not final yet, by nonce; several of one nonce replace each other. */
    open: ({ chainId, sender }: { chainId: number; sender: Address }): readonly LedgerRow[] =>
      opened.get(`${chainId} ${sender.toLowerCase()}`, () => open.all(chainId, sender.toLowerCase()).map(toRow)),
    /** The newest transactions, of one chain or of all. */
    recent: ({ chainId = 0, limit }: { chainId: number | undefined; limit: number }): readonly LedgerRow[] =>
      recent.all(chainId, limit).map(toRow),
    /** Makes rows here what they are for other processes of this watcher. */
    mirror(rows: readonly Omit<LedgerRow, 'id'>[]): void {
      if (rows.length === 0) return
      transact(database, () => {
        for (const { chainId, sender, nonce, hash, raw, maxFee, tip, purpose, request, state, block, at } of rows) {
          const what = [JSON.stringify(purpose), JSON.stringify(request)] as const
          mirror.run(chainId, sender.toLowerCase(), nonce, hash, raw, `${maxFee}`, `${tip}`, ...what, state, block ?? null, at)
        }
      })
      opened.forget()
    },
    setStates(changes: readonly { id: number; state: TransactionState; block?: number | undefined }[]): void {
      if (changes.length === 0) return
      transact(database, () => {
        for (const { id, state, block } of changes) set.run(state, block ?? null, id)
      })
      opened.forget()
    },
  }
}

function toRow(row: Row): LedgerRow {
  const purpose: Purpose = JSON.parse(text(row, 'purpose'))
  const request: CallRequest = JSON.parse(text(row, 'request'))
  const state = text(row, 'state')
  return {
    id: integer(row, 'id'),
    chainId: integer(row, 'chain_id'),
    sender: hex(row, 'sender'),
    nonce: integer(row, 'nonce'),
    hash: hex(row, 'hash'),
    raw: hex(row, 'raw'),
    maxFee: BigInt(text(row, 'max_fee')),
    tip: BigInt(text(row, 'tip')),
    purpose,
    request,
    state: state === 'mined' || state === 'done' || state === 'dropped' ? state : 'live',
    block: isNull(row, 'block') ? undefined : integer(row, 'block'),
    at: integer(row, 'at'),
  }
}
