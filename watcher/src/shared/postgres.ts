import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Sql } from 'postgres'
import { isHex } from 'viem'
import { z } from 'zod/v4'
import { DutyLostError, SharedStoreError, StoreUnusableError } from '../errors.ts'
import { checkpoint } from '../store/attestations.ts'
import { layout, layoutOf, refusals } from './layout.ts'
import { dutyRoles, type Lease, type OpenShared } from './types.ts'

/** Opens a store on Postgres. Nothing is asked before the first call; a connection that is lost or hangs is made anew at the next one. */
export const openPostgres: OpenShared = ({ url, schema, timeoutMs }) => {
  // Tells this process from all others, also from itself before a restart.
  const holder = `${hostname()} ${process.pid} ${randomUUID()}`
  const link = createLink({ url, schema, timeoutMs })
  const call = async (name: string, argument: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const text = `select "${schema}".${name}($1::text::jsonb)::text as answer`
    return link.ask(async (sql) => {
      const rows = await sql.unsafe(text, [JSON.stringify(argument, toPlain)], { prepare: true })
      const answer: unknown = rows[0]?.answer
      return typeof answer === 'string' ? JSON.parse(answer) : undefined
    })
  }
  const as = (lease: Lease) => ({ ...lease, holder })
  return {
    open: ({ name }) => link.ask((sql) => openStore({ sql, schema, name })),
    turn: async (turn) => turnAnswer.parse(await call('turn', { ...turn, holder })),
    release: async () => void (await call('release', { holder })),
    reserve: async (lease, rows) => guardRows.parse(await call('reserve', { duty: as(lease), rows })),
    learn: async (rows) => guardRows.parse(await call('learn', { rows })),
    guardSince: async (query) => news(guardRow).parse(await call('guard_since', query)),
    take: async (lease, row, isReplacement) => z.boolean().parse(await call('take', { duty: as(lease), row, isReplacement })),
    settle: async (lease, sender, changes) => void (await call('settle', { duty: as(lease), sender, changes })),
    adopt: async (rows) => void (await call('adopt', { rows })),
    ledgerSince: async (query) => news(transaction).parse(await call('ledger_since', query)),
    publish: async (rows) => void (await call('publish', { rows })),
    publishedSince: async (version) => news(attestation).parse(await call('published_since', { version })),
    prune: async (lane) => void (await call('prune', { ...lane, checkpoint })),
    clearHalt: async (chainId) => void (await call('clear_halt', { chainId })),
    listen: link.listen,
    close: link.close,
  }
}

const toPlain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value)

const hex = z.custom<`0x${string}`>((value) => isHex(value))
const wei = z.string().transform(BigInt)
const guardRow = z.object({ setId: hex, laneKey: hex, nonce: z.number(), head: hex, policyHeight: wei, at: z.number() })
const guardRows = z.array(guardRow)
const attestation = z.object({ setId: hex, laneKey: hex, nonce: z.number(), head: hex, signer: hex, signature: hex })
const purpose = z.union([
  z.object({ kind: z.literal('deliver'), laneKey: hex, first: z.number(), count: z.number() }),
  z.object({ kind: z.literal('retry'), laneKey: hex, nonce: z.number() }),
  z.object({ kind: z.literal('accuse'), setId: hex, signer: hex }),
  z.object({ kind: z.literal('fill') }),
  z.object({ kind: z.literal('keep'), taskId: hex, action: z.enum(['settle', 'lapse', 'expire', 'award', 'resolve']) }),
])
const transaction = z.object({
  chainId: z.number(),
  sender: hex,
  nonce: z.number(),
  hash: hex,
  raw: hex,
  maxFee: wei,
  tip: wei,
  purpose,
  request: z.object({ to: hex, data: hex, gas: z.string() }),
  state: z.enum(['live', 'mined', 'done', 'dropped']),
  block: z
    .number()
    .nullable()
    .transform((block) => block ?? undefined),
  at: z.number(),
})
const reason = z.enum(['finality-violated', 'finality-regressed', 'chain-mismatch']).catch('finality-violated')
const turnAnswer = z.object({
  leases: z.array(z.object({ chainId: z.number(), role: z.enum(dutyRoles), fence: z.number() })),
  version: z.number(),
  halts: z.array(z.object({ chainId: z.number(), reason, detail: z.string(), at: z.number() })),
})
const news = <row extends z.ZodType>(row: row) => z.object({ rows: z.array(row), version: z.number() })

/** Makes the tables where there are none, and looks whose they are. Two processes that start at once do it one after the other. */
async function openStore({ sql, schema, name }: { sql: Sql; schema: string; name: string }): Promise<string> {
  return sql.begin(async (step) => {
    await step.unsafe('select pg_advisory_xact_lock(hashtext($1))', [`hanse ${schema}`])
    const [settings] = await step.unsafe("select current_setting('fsync') as fsync, current_setting('transaction_read_only') as read_only")
    if (settings?.fsync !== 'on' || settings.read_only !== 'off')
      throw new StoreUnusableError('The shared store does not keep what it is told: fsync is off, or it is read only.', {
        metaMessages: ['Two heads could be signed for one place. Set fsync on, and give the url of the primary.'],
      })
    const [there] = await step.unsafe('select to_regclass($1) is not null as is_there', [`"${schema}".identity`])
    if (there?.is_there !== true) {
      await step.unsafe(layoutOf({ schema }))
      await step.unsafe(`insert into "${schema}".identity (name, store_id, layout) values ($1, gen_random_uuid()::text, ${layout})`, [name])
    }
    const [row] = await step.unsafe(`select name, store_id, layout from "${schema}".identity`)
    if (row?.name !== name || row.layout !== layout)
      throw new StoreUnusableError(`The schema ${schema} of the shared store holds watcher ${row?.name} in layout ${row?.layout}.`, {
        metaMessages: [
          `Expected watcher ${name} in layout ${layout}. All processes of a watcher have its name; each watcher has a schema of its own.`,
        ],
      })
    return String(row.store_id)
  })
}

type Link = {
  ask<answer>(work: (sql: Sql) => Promise<answer>): Promise<answer>
  listen(onNews: () => void): void
  close(): Promise<void>
}

/** Whoever runs one process has no use for it, so it is installed apart. */
export async function loadDriver(load = () => import('postgres')): ReturnType<typeof load> {
  return load().catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause
    throw new StoreUnusableError('The configuration names a shared store, and the package that speaks to Postgres is not installed.', {
      cause,
      metaMessages: ['Install it: npm install postgres@3'],
    })
  })
}

/** A connection that is made when it is needed. After a call that was not answered in time it is given up: it may hang for ever. */
function createLink({ url, schema, timeoutMs }: { url: string; schema: string; timeoutMs: number }): Link {
  let current: Promise<Sql> | undefined
  let onNews: (() => void) | undefined
  const connect = async (): Promise<Sql> => {
    const { default: postgres } = await loadDriver()
    const seconds = timeoutMs / 1_000
    const limits = { statement_timeout: timeoutMs, lock_timeout: timeoutMs, idle_in_transaction_session_timeout: timeoutMs }
    const sql = postgres(url, {
      max: 3,
      fetch_types: false,
      connect_timeout: Math.max(1, Math.ceil(seconds)),
      backoff: () => 0.2,
      onnotice: () => undefined,
      connection: { application_name: 'hanse-watcher', synchronous_commit: 'on', ...limits },
    })
    const listener = onNews
    if (listener !== undefined) void sql.listen(schema, listener, listener).catch(() => undefined)
    return sql
  }
  const giveUp = () => {
    const given = current
    current = undefined
    void given?.then((sql) => sql.end({ timeout: 0 })).catch(() => undefined)
  }
  return {
    async ask(work) {
      current ??= connect()
      const sql = await current.catch((error: unknown) => {
        current = undefined
        throw error
      })
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new SharedStoreError({ detail: `no answer within ${timeoutMs} ms` })), timeoutMs)
      })
      const working = work(sql)
      working.catch(() => undefined)
      try {
        return await Promise.race([working, late])
      } catch (error) {
        throw toOwn(error, giveUp)
      } finally {
        clearTimeout(timer)
      }
    },
    listen(listener) {
      onNews = listener
    },
    async close() {
      const given = current
      current = undefined
      const sql = await given?.catch(() => undefined)
      await sql?.end({ timeout: 1 })
    },
  }
}

/** What a failure is for the watcher. One of the connection gives it up; one of the database leaves it. */
function toOwn(error: unknown, giveUp: () => void): Error {
  if (error instanceof StoreUnusableError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const detail = error instanceof Error ? error.message || code : String(error)
  if (code === refusals.lost || code === refusals.halted) return new DutyLostError({ detail })
  if (!/^[0-9A-Z]{5}$/.test(code)) giveUp()
  return error instanceof SharedStoreError ? error : new SharedStoreError({ detail, cause: error })
}
