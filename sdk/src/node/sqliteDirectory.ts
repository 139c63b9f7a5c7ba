import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { type Hex, isHex } from 'viem'
import { createLinkLedger, type LinkLedger } from '../directory/ledger.ts'
import type { DirectoryAgent, DirectoryFact, DirectoryStore, StoreQuery } from '../directory/types.ts'
import { NodeTooOldError } from '../errors/platform.ts'
import { type Account, accountKey } from '../reputation/known.ts'
import type { Receipt } from '../reputation/reputationOf.ts'
import { decodeState, encodeState } from '../sync/store.ts'

type Key = { readonly chainId: number; readonly agentId: Hex }
type Row = Record<string, SQLInputValue>

/**
 * Abilities hold the end of their agent's life, so that a query passes the dead without looking them up; an agent itself is looked up only when
 * it stands in the answer. Ids are bytes and capabilities numbers there: these lists are what a query reads.
 */
const schema = `
CREATE TABLE IF NOT EXISTS agents (
  place INTEGER PRIMARY KEY, chain_id INTEGER NOT NULL, agent_id BLOB NOT NULL, controller TEXT NOT NULL, live_until INTEGER NOT NULL,
  body TEXT NOT NULL, UNIQUE (agent_id, chain_id));
CREATE INDEX IF NOT EXISTS agents_by_controller ON agents (controller);
CREATE TABLE IF NOT EXISTS capabilities (number INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS abilities (
  capability INTEGER NOT NULL, agent_id BLOB NOT NULL, chain_id INTEGER NOT NULL, live_until INTEGER NOT NULL, place INTEGER NOT NULL,
  PRIMARY KEY (capability, agent_id, chain_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS abilities_by_chain ON abilities (capability, chain_id, agent_id, live_until, place);
CREATE TABLE IF NOT EXISTS receipts (
  id TEXT PRIMARY KEY, worker TEXT NOT NULL, requester TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS receipts_by_worker ON receipts (worker);
CREATE INDEX IF NOT EXISTS receipts_by_requester ON receipts (requester);
CREATE TABLE IF NOT EXISTS link_facts (place INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE ON CONFLICT REPLACE);
CREATE TABLE IF NOT EXISTS syncs (chain_id INTEGER PRIMARY KEY, state TEXT NOT NULL);
`
/** Looked up only here, so that whoever imports the other stores needs no Node that has it. */
function sqlite() {
  const module = process.getBuiltinModule('node:sqlite')
  if (module === undefined)
    throw new NodeTooOldError({ what: 'A directory in a SQLite file', needed: '22.13', actual: process.versions.node })
  return module
}

const everybody = 'all'

type Store = {
  readonly db: DatabaseSync
  readonly links: LinkLedger
  /** The number of every capability that an agent ever had, and how many have it now: the shortest list is walked. */
  readonly capabilities: Map<string, { readonly number: number; size: number }>
  readonly statements: Map<string, StatementSync>
  revision: number
}

/**
 * A directory's memory in a file: survives a restart, and answers over a hundred thousand agents in milliseconds.
 *
 * @param parameters.path A file, or `:memory:`. One process at a time.
 * @example
 * ```ts
 * import { createDirectory } from '@hanse/sdk/directory'
 * import { sqliteDirectory } from '@hanse/sdk/node'
 *
 * const store = sqliteDirectory({ path: 'directory.sqlite' })
 * const directory = createDirectory({ chains, store })
 * ```
 */
export function sqliteDirectory({ path }: { readonly path: string }): DirectoryStore {
  const db = new (sqlite().DatabaseSync)(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;')
  db.exec(schema)
  const store: Store = { db, links: createLinkLedger(), capabilities: new Map(), statements: new Map(), revision: 0 }
  for (const { body } of rows(store, 'SELECT body FROM link_facts ORDER BY place')) {
    const fact: Parameters<LinkLedger['apply']>[0] = revive(body)
    store.links.apply(fact)
  }
  const sizes = 'SELECT number, hash, (SELECT COUNT(*) FROM abilities WHERE capability = number) AS size FROM capabilities'
  for (const { number, hash, size } of rows(store, sizes)) {
    store.capabilities.set(String(hash), { number: Number(number), size: Number(size) })
  }
  return {
    load: async (chainId) => {
      const [found] = rows(store, 'SELECT state FROM syncs WHERE chain_id = ?', chainId)
      return found === undefined ? undefined : decodeState(String(found.state))
    },
    save: async (chainId, state) => run(store, 'INSERT OR REPLACE INTO syncs VALUES (?, ?)', chainId, encodeState(state)),
    apply: (facts) =>
      within(store, () => {
        for (const fact of facts) applyOne(store, fact)
      }),
    query: (query) => queryOf(store, query),
    get: (key) => agentAt(store, key),
    agentsOf: (account) => agentsOf(store, account),
    accountsOf(key) {
      const agent = agentAt(store, key)
      if (agent === undefined) return []
      const linked = store.links.declaredBy(key).filter((account) => store.links.isLinked(key, account))
      return [{ chainId: agent.chainId, address: agent.controller }, ...linked]
    },
    receipts: (of) => {
      const [column, accounts] = 'workers' in of ? (['worker', of.workers] as const) : (['requester', of.requesters] as const)
      return accounts.flatMap((account) =>
        rows(store, `SELECT body FROM receipts WHERE ${column} = ? ORDER BY rowid`, accountKey(account)).map(
          ({ body }): Receipt => revive(body),
        ),
      )
    },
    revision: () => store.revision,
    close: () => db.close(),
  }
}

function statement({ db, statements }: Store, sql: string): StatementSync {
  const known = statements.get(sql)
  if (known !== undefined) return known
  const prepared = db.prepare(sql)
  statements.set(sql, prepared)
  return prepared
}

const rows = (store: Store, sql: string, ...values: SQLInputValue[]): Row[] => statement(store, sql).all(...values)
const run = (store: Store, sql: string, ...values: SQLInputValue[]): void => void statement(store, sql).run(...values)

/** All of it, or nothing. */
function within(store: Store, act: () => void): void {
  store.db.exec('BEGIN')
  try {
    act()
    store.db.exec('COMMIT')
  } catch (error) {
    store.db.exec('ROLLBACK')
    throw error
  }
}

const body = (value: object) => JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item))

/** What `body` wrote: only this file writes into the database, so it has the form it had. */
function revive(text: SQLInputValue | undefined) {
  return JSON.parse(String(text), (_, item: unknown) =>
    typeof item === 'string' && /^-?\d+n$/.test(item) ? BigInt(item.slice(0, -1)) : item,
  )
}

function applyOne(store: Store, fact: DirectoryFact): void {
  if (fact.kind === 'registered') {
    const { kind: _, ...agent } = fact
    put(store, agent)
  } else if (fact.kind === 'receipt') addReceipt(store, fact.receipt)
  else if (fact.kind === 'declared' || fact.kind === 'claimed' || fact.kind === 'believed') {
    run(store, 'INSERT INTO link_facts (body) VALUES (?)', body(fact))
    store.links.apply(fact)
    store.revision += 1
  } else changeAgent(store, fact)
}

function changeAgent(store: Store, fact: Extract<DirectoryFact, { kind: 'updated' | 'heartbeat' | 'retired' }>): void {
  const agent = agentAt(store, fact)
  if (agent === undefined) return
  if (fact.kind === 'retired') drop(store, agent)
  else if (fact.kind === 'heartbeat') renew(store, { ...agent, liveUntil: fact.liveUntil })
  else put(store, { ...agent, profile: fact.profile })
}

const capabilitiesOf = ({ profile }: DirectoryAgent) => new Set([everybody, ...profile.capabilities])
const bytesOf = (id: Hex) => Buffer.from(id.slice(2), 'hex')

function capabilityAt(store: Store, hash: string) {
  const known = store.capabilities.get(hash)
  if (known !== undefined) return known
  const number = Number(statement(store, 'INSERT INTO capabilities (hash) VALUES (?)').run(hash).lastInsertRowid)
  const made = { number, size: 0 }
  store.capabilities.set(hash, made)
  return made
}

function put(store: Store, agent: DirectoryAgent): void {
  const before = agentAt(store, agent)
  if (before !== undefined) drop(store, before)
  const { chainId, agentId, controller, liveUntil } = agent
  const [owner, id] = [accountKey({ chainId, address: controller }), bytesOf(agentId)]
  const insert = 'INSERT INTO agents (chain_id, agent_id, controller, live_until, body) VALUES (?, ?, ?, ?, ?)'
  const place = statement(store, insert).run(
    chainId,
    id,
    owner,
    liveUntil,
    JSON.stringify({ ...agent, registeredAt: `${agent.registeredAt}` }),
  ).lastInsertRowid
  for (const hash of capabilitiesOf(agent)) {
    const capability = capabilityAt(store, hash)
    run(store, 'INSERT INTO abilities VALUES (?, ?, ?, ?, ?)', capability.number, id, chainId, liveUntil, place)
    capability.size += 1
  }
  store.revision += 1
}

function drop(store: Store, agent: DirectoryAgent): void {
  const { chainId, agentId } = agent
  for (const hash of capabilitiesOf(agent)) {
    const capability = capabilityAt(store, hash)
    run(store, 'DELETE FROM abilities WHERE capability = ? AND agent_id = ? AND chain_id = ?', capability.number, bytesOf(agentId), chainId)
    capability.size -= 1
  }
  run(store, 'DELETE FROM agents WHERE agent_id = ? AND chain_id = ?', bytesOf(agentId), chainId)
  store.revision += 1
}

function renew(store: Store, agent: DirectoryAgent): void {
  const { chainId, agentId, liveUntil } = agent
  const id = bytesOf(agentId)
  run(store, 'UPDATE agents SET live_until = ? WHERE agent_id = ? AND chain_id = ?', liveUntil, id, chainId)
  const update = 'UPDATE abilities SET live_until = ? WHERE capability = ? AND agent_id = ? AND chain_id = ?'
  for (const hash of capabilitiesOf(agent)) run(store, update, liveUntil, capabilityAt(store, hash).number, id, chainId)
}

function addReceipt(store: Store, receipt: Receipt): void {
  const { chainId, requester, worker, workerChainId, transactionHash, logIndex } = receipt
  const keys = [
    { chainId: Number(workerChainId), address: worker },
    { chainId, address: requester },
  ].map(accountKey)
  run(store, 'INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?)', `${chainId}:${transactionHash}:${logIndex}`, ...keys, body(receipt))
  store.revision += 1
}

const columns = 'SELECT body, live_until FROM agents'

/** The end of a life changes often, so it stands beside the rest. */
function agentIn(row: Row): DirectoryAgent {
  const { registeredAt, ...rest } = JSON.parse(String(row.body))
  return { ...rest, registeredAt: BigInt(registeredAt), liveUntil: Number(row.live_until) }
}

function agentAt(store: Store, { chainId, agentId }: Key): DirectoryAgent | undefined {
  const [found] = rows(store, `${columns} WHERE agent_id = ? AND chain_id = ?`, bytesOf(agentId), chainId)
  return found === undefined ? undefined : agentIn(found)
}

function agentsOf(store: Store, account: Account): readonly DirectoryAgent[] {
  const own = rows(store, `${columns} WHERE controller = ? ORDER BY place`, accountKey(account)).map(agentIn)
  const linked = store.links.claimedBy(account).flatMap(({ chainId, agentId }) => {
    if (!isHex(agentId) || own.some((agent) => agent.agentId === agentId && agent.chainId === chainId)) return []
    const agent = store.links.isLinked({ chainId, agentId }, account) ? agentAt(store, { chainId, agentId }) : undefined
    return agent === undefined ? [] : [agent]
  })
  return [...own, ...linked]
}

function queryOf(store: Store, query: StoreQuery): readonly DirectoryAgent[] {
  const { chainIds, limit } = query
  const lists =
    chainIds === undefined ? [listOf(store, query)] : [...new Set(chainIds)].map((chainId) => listOf(store, { ...query, chainId }))
  const places = lists.length === 1 ? (lists[0] ?? []) : lists.flat().sort((one, other) => Buffer.compare(one.id, other.id))
  return places.slice(0, limit).flatMap(({ place }) => rows(store, `${columns} WHERE place = ?`, place).map(agentIn))
}

type Listed = { readonly id: Uint8Array; readonly place: number }

/** Walks the shortest of the wanted lists, on one chain or on all, and looks the others up for each. */
function listOf(store: Store, query: StoreQuery & { readonly chainId?: number }): Listed[] {
  const { capabilities, chainId, liveAt = 0, after = '0x', limit } = query
  const wanted = [...new Set(capabilities.length === 0 ? [everybody] : capabilities)].map((hash) => store.capabilities.get(hash))
  const known = wanted.filter((capability) => capability !== undefined).sort((one, other) => one.size - other.size)
  const [walked, ...others] = known.map(({ number }) => number)
  if (walked === undefined || known.length < wanted.length) return []
  const also = others.map(
    () => 'AND EXISTS (SELECT 1 FROM abilities o WHERE o.capability = ? AND o.agent_id = b.agent_id AND o.chain_id = b.chain_id)',
  )
  const chain = chainId === undefined ? [] : [chainId]
  const sql = `SELECT b.agent_id, b.place FROM abilities b WHERE b.capability = ? ${chain.map(() => 'AND b.chain_id = ?').join('')}
    AND b.agent_id > ? AND b.live_until >= ? ${also.join(' ')} ORDER BY b.agent_id LIMIT ?`
  return rows(store, sql, walked, ...chain, bytesOf(after), liveAt, ...others, limit).map((row) => ({
    id: row.agent_id instanceof Uint8Array ? row.agent_id : new Uint8Array(),
    place: Number(row.place),
  }))
}
