import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { messageOf } from '@hanse/sdk/errors'
import { StoreUnusableError } from '../errors.ts'

/** What must survive everything: what was signed and sent, who contradicted itself, what stands still. Every commit reaches the disk before it returns. */
const vault = `
create table if not exists sign_guard (
  set_id text not null, lane_key text not null, nonce integer not null, head text not null, policy_height text not null, at integer not null,
  primary key (set_id, lane_key, nonce)
) strict, without rowid;
create table if not exists tx (
  id integer primary key, chain_id integer not null, sender text not null, nonce integer not null, hash text not null unique, raw text not null,
  max_fee text not null, tip text not null, purpose text not null, request text not null, state text not null, block integer, at integer not null
) strict;
create table if not exists paused (role text not null, chain_id integer not null, primary key (role, chain_id)) strict, without rowid;
create index if not exists tx_live on tx (chain_id, sender, nonce) where state in ('live', 'mined');
create table if not exists evidence (
  set_id text not null, lane_key text not null, nonce integer not null, signer text not null, first text not null, second text not null, at integer not null,
  primary key (set_id, lane_key, nonce, signer)
) strict, without rowid;
create table if not exists shared_mark (store_id text not null, what text not null, version integer not null, primary key (store_id, what)) strict, without rowid;
create table if not exists halt (chain_id integer primary key, reason text not null, detail text not null, at integer not null) strict;
`

/** What can be read again from chains and peers. */
const cache = `
create table if not exists sync_state (chain_id integer primary key, state text not null) strict;
create table if not exists message (
  lane_key text not null, nonce integer not null, leaf text not null, head text not null, sender text, recipient text, gas_limit integer,
  deliver_before integer, payload text, block integer not null, tx_hash text not null, at integer not null,
  primary key (lane_key, nonce)
) strict, without rowid;
create index if not exists message_leaf on message (leaf);
create table if not exists attestation (
  set_id text not null, lane_key text not null, nonce integer not null, head text not null, signer text not null, signature text not null,
  primary key (set_id, lane_key, nonce, signer)
) strict, without rowid;
create table if not exists policy (
  set_id text not null, chain_id integer not null, finality text not null, primary key (set_id, chain_id)
) strict, without rowid;
create table if not exists delivery (
  lane_key text not null, chain_id integer not null, nonce integer not null, status text not null, primary key (lane_key, chain_id, nonce)
) strict, without rowid;
create table if not exists pending (
  lane_key text not null, chain_id integer not null, nonce integer not null, seen_block integer, primary key (lane_key, chain_id, nonce)
) strict, without rowid;
create index if not exists pending_seen on pending (lane_key, chain_id, seen_block) where seen_block is not null;
create table if not exists dead_letter (
  lane_key text not null, chain_id integer not null, nonce integer not null, reason text not null, detail text not null, tries integer not null,
  retry_at integer not null, at integer not null, primary key (lane_key, chain_id, nonce)
) strict, without rowid;
create index if not exists dead_letter_due on dead_letter (lane_key, chain_id, reason, retry_at);
create table if not exists task (
  chain_id integer not null, task_id text not null, terms text not null, is_final integer not null, check_at integer not null, is_over integer not null,
  primary key (chain_id, task_id)
) strict, without rowid;
create table if not exists envelope (
  seq integer primary key autoincrement, id text not null unique, kind text not null, sender text not null, recipient text not null, topic text not null,
  expiry integer not null, body text not null, signature text not null, keep_until integer not null
) strict;
create index if not exists envelope_topic on envelope (topic, seq);
create index if not exists envelope_recipient on envelope (recipient, seq);
create index if not exists envelope_end on envelope (keep_until);
create table if not exists agent (
  chain_id integer not null, agent_id text not null, controller text not null, live_until integer not null, profile text not null,
  is_retired integer not null, primary key (chain_id, agent_id)
) strict, without rowid;
create index if not exists agent_controller on agent (controller) where is_retired = 0;
create table if not exists work (
  chain_id integer not null, task_id text not null, worker text not null, token integer not null, deliverable text not null,
  primary key (chain_id, task_id)
) strict, without rowid;
create index if not exists task_due on task (chain_id, check_at) where is_over = 0 and is_final = 1;
`

/** Both databases of a watcher. */
export type Databases = { readonly vault: DatabaseSync; readonly cache: DatabaseSync; close(): void }

/**
 * Opens the databases of a data directory and keeps every other process out of them.
 *
 * @throws StoreUnusableError when another watcher runs there, or the directory cannot be written.
 */
export function openDatabases({ dataDir, openDatabase }: openDatabases.Parameters): Databases {
  try {
    mkdirSync(dataDir, { recursive: true })
    const vaultDb = prepare(openDatabase(join(dataDir, 'vault.sqlite')), 'full', vault)
    const cacheDb = prepare(openDatabase(join(dataDir, 'cache.sqlite')), 'normal', cache)
    return {
      vault: vaultDb,
      cache: cacheDb,
      close() {
        cacheDb.close()
        vaultDb.close()
      },
    }
  } catch (cause) {
    throw new StoreUnusableError(`The data directory ${dataDir} cannot be used: ${messageOf(cause)}.`, {
      cause,
      metaMessages: ['Stop the other watcher that runs on it, or choose another dataDir.'],
    })
  }
}

export declare namespace openDatabases {
  type Parameters = {
    dataDir: string
    /** Opens one database file. */
    openDatabase: (path: string) => DatabaseSync
  }
}

/** Opens a database file on the disk. */
export function openDatabase(path: string): DatabaseSync {
  return new DatabaseSync(path, { timeout: 2_000 })
}

function prepare(database: DatabaseSync, synchronous: 'full' | 'normal', tables: string): DatabaseSync {
  // Exclusive: two watchers on one directory would be two signers with one guard.
  database.exec(
    `pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = ${synchronous}; begin exclusive; ${tables} commit;`,
  )
  return database
}

/** Runs some writes as one. */
export function transact<result>(database: DatabaseSync, work: () => result): result {
  database.exec('begin immediate')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    for (const forget of undone.get(database) ?? []) forget()
    database.exec('rollback')
    throw error
  }
}

const undone = new WeakMap<DatabaseSync, (() => void)[]>()

/** Calls `forget` whenever writes of a transaction are undone: what was learned from them is not so. */
export function whenUndone(database: DatabaseSync, forget: () => void): void {
  const known = undone.get(database)
  if (known === undefined) undone.set(database, [forget])
  else known.push(forget)
}
