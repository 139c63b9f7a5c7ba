import type { DatabaseSync } from 'node:sqlite'
import { emptyHead, type Message } from '@hanse/sdk/gateway'
import type { Hex } from 'viem'
import { createMemo } from './memo.ts'
import { hex, integer, isNull, type Row } from './rows.ts'

/** A final message in its lane. `message` is missing when its event did not hold what its leaf commits to. */
export type StoredMessage = {
  readonly laneKey: Hex
  readonly nonce: number
  readonly leaf: Hex
  /** The lane's head after this message. */
  readonly head: Hex
  readonly message: Message | undefined
  readonly block: number
  readonly txHash: Hex
  /** Milliseconds at which this watcher held it for final. */
  readonly at: number
}

/** Opens the table of messages. */
export function createMessages(database: DatabaseSync) {
  const insert = database.prepare(
    'insert into message (lane_key, nonce, leaf, head, sender, recipient, gas_limit, deliver_before, payload, block, tx_hash, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
  )
  const range = database.prepare('select * from message where lane_key = ? and nonce >= ? and nonce < ? order by nonce')
  const leaves = database.prepare('select leaf from message where lane_key = ? and nonce >= ? and nonce < ? order by nonce')
  const head = database.prepare('select head from message where lane_key = ? and nonce = ?')
  const last = database.prepare('select max(nonce) as nonce from message where lane_key = ?')
  const clear = database.prepare('delete from message where lane_key = ?')
  const byLeaf = database.prepare('select * from message where leaf = ?')
  const counts = createMemo<number>(database)
  const heads = createMemo<Hex | undefined>(database)
  const forget = () => {
    counts.forget()
    heads.forget()
  }

  return {
    /** Keeps a message; one that is there stays as it is. Gives the leaf that is kept. */
    add({ laneKey, nonce, leaf, head: after, message, block, txHash, at }: StoredMessage): Hex {
      const { sender = null, recipient = null, gasLimit = null, deliverBefore = null, payload = null } = message ?? {}
      const { changes } = insert.run(laneKey, nonce, leaf, after, sender, recipient, gasLimit, deliverBefore, payload, block, txHash, at)
      forget()
      const held = changes === 0 ? leaves.get(laneKey, nonce, nonce + 1) : undefined
      return held === undefined ? leaf : hex(held, 'leaf')
    },
    /** Messages from nonce `from` up to, but without, `to`. */
    range: ({ laneKey, from, to }: { laneKey: Hex; from: number; to: number }): readonly StoredMessage[] =>
      range.all(laneKey, from, to).map(toMessage),
    /** Their leaves alone. */
    leaves: ({ laneKey, from, to }: { laneKey: Hex; from: number; to: number }): readonly Hex[] =>
      leaves.all(laneKey, from, to).map((row) => hex(row, 'leaf')),
    /** The head after `nonce` messages; undefined when they are not all here. */
    headAt({ laneKey, nonce }: { laneKey: Hex; nonce: number }): Hex | undefined {
      if (nonce === 0) return emptyHead
      return heads.get(`${laneKey}${nonce}`, () => {
        const row = head.get(laneKey, nonce - 1)
        return row === undefined ? undefined : hex(row, 'head')
      })
    },
    /** How many messages of the lane are here. */
    count: (laneKey: Hex): number =>
      counts.get(laneKey, () => {
        const row = last.get(laneKey)
        return row === undefined || isNull(row, 'nonce') ? 0 : integer(row, 'nonce') + 1
      }),
    /** Forgets a lane, to read it again. */
    clear: (laneKey: Hex): void => {
      clear.run(laneKey)
      forget()
    },
    /** The message with this leaf, which is its id. */
    byLeaf(leaf: Hex): StoredMessage | undefined {
      const row = byLeaf.get(leaf)
      return row === undefined ? undefined : toMessage(row)
    },
  }
}

function toMessage(row: Row): StoredMessage {
  const message = isNull(row, 'payload')
    ? undefined
    : {
        sender: hex(row, 'sender'),
        recipient: hex(row, 'recipient'),
        gasLimit: integer(row, 'gas_limit'),
        deliverBefore: integer(row, 'deliver_before'),
        payload: hex(row, 'payload'),
      }
  return {
    laneKey: hex(row, 'lane_key'),
    nonce: integer(row, 'nonce'),
    leaf: hex(row, 'leaf'),
    head: hex(row, 'head'),
    message,
    block: integer(row, 'block'),
    txHash: hex(row, 'tx_hash'),
    at: integer(row, 'at'),
  }
}
