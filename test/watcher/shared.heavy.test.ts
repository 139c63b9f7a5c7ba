import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { keccak256, stringToHex } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod/v4'
import { DutyLostError, SharedStoreError, SignConflictError, StoreUnusableError } from '../../watcher/src/errors.ts'
import { startAttesting } from '../../watcher/src/roles/attest.ts'
import type { Duty, Lease } from '../../watcher/src/shared/types.ts'
import { hasPostgres, startPostgres } from './support/postgres.ts'
import { createReplica, deliverer, guardRow, hash, laneKey, transactionAt } from './support/replica.ts'
import { until } from './support/world.ts'

const cleanups: (() => Promise<void> | void)[] = []
let database: Awaited<ReturnType<typeof startPostgres>>
let schemas = 0
const open: { end: (how?: { isSudden?: boolean }) => Promise<void> }[] = []

/** A replica that ends with its test. */
function replicaOf(options: Omit<createReplica.Parameters, 'url'>) {
  const replica = createReplica({ url: database.url, ...options })
  open.push(replica)
  return replica
}
const newSchema = () => `watcher_${++schemas}`
const attest: Duty = { role: 'attest', chainId: 1 }
const deliver: Duty = { role: 'deliver', chainId: 1 }

/** Takes duties once, by hand. */
async function take(replica: ReturnType<typeof createReplica>, wanted: readonly Duty[], ms = 60_000): Promise<readonly Lease[]> {
  await replica.shared.open({ name: 't' })
  return (await replica.shared.turn({ wanted, ms, halts: [] })).leases
}
const only = <item>(items: readonly item[]): item => {
  const [item] = items
  if (item === undefined || items.length > 1) throw new TypeError(`${items.length} instead of one`)
  return item
}

/** A process that attests to what it sees: up to the third message what all see, from then on what lying providers show it. */
function startReader({ schema, seen, signed }: { schema: string; seen: string; signed: Map<string, Set<string>> }) {
  const replica = replicaOf({ schema })
  const { context, lanes } = replica
  const [lane] = lanes
  const { attester } = context
  if (lane === undefined || attester === undefined) throw new TypeError('no lane, or no attester')
  const member: `0x${string}` = `0x${attester.address.slice(2).toLowerCase()}`
  for (const chain of context.chains.values()) chain.roster = { setId: hash(5), members: [member, deliverer], quorum: 2, masked: [] }
  const see = (nonce: number) => {
    const head = keccak256(stringToHex(nonce < 3 ? `${nonce}` : `${nonce} ${seen}`))
    const row = { leaf: head, head, message: undefined, block: nonce, txHash: head, at: 1 }
    context.store.messages.add({ laneKey: lane.laneKey, nonce, ...row })
  }
  const loop = startAttesting(context, attester, (attestations) => {
    for (const { setId, laneKey: key, nonce, head } of attestations) {
      const place = `${setId} ${key} ${nonce}`
      signed.set(place, new Set([...(signed.get(place) ?? []), head]))
    }
  })
  replica.begin()
  open.unshift({ end: () => loop.stop() })
  const chain = context.chains.get(1)
  const { roster } = chain ?? {}
  /** A process that does not know who vouches wants no duty. */
  const pause = (isPaused: boolean) => {
    if (chain !== undefined) chain.roster = isPaused ? undefined : roster
  }
  let count = 0
  const readTo = (nonce: number) => {
    while (count <= nonce) see(count++)
  }
  return { ...replica, readTo, pause, wake: () => context.events.emit('finalized', 1) }
}

describe.skipIf(!hasPostgres)('what the processes of a watcher share', () => {
  beforeAll(async () => {
    database = await startPostgres({ cleanups })
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((replica) => replica.end().catch(() => undefined)))
  })
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup()
  })

  it('gives each duty to one process, under a fence that grows', async () => {
    const schema = newSchema()
    const replicas = [1, 2, 3, 4].map(() => replicaOf({ schema }))
    const all = await Promise.all(replicas.map((replica) => take(replica, [attest, deliver], 150)))
    expect(
      all
        .flat()
        .map(({ role, fence }) => `${role} ${fence}`)
        .sort(),
    ).toEqual(['attest 1', 'deliver 1'])
    const again = await until('it runs out', async () => {
      const leases = await take(replicas[3] ?? only([]), [attest], 150)
      return leases.length > 0 && leases
    })
    expect(only(again).fence).toBeGreaterThanOrEqual(1)
    await database.run(`update ${schema}.lease set expires_at = '-infinity'`)
    const turns = await Promise.all(replicas.map((replica) => take(replica, [attest, deliver])))
    expect(turns.flat()).toHaveLength(2)
  })

  it('lets nobody note another head for a place, whatever many try at once', async () => {
    const schema = newSchema()
    const [one, two] = [replicaOf({ schema }), replicaOf({ schema })]
    const lease = only(await take(one, [attest]))
    const tries = Array.from({ length: 40 }, (_, index) => one.shared.reserve(lease, [guardRow(1 + (index % 4), 10 + index)]))
    const outcomes = await Promise.all(tries)
    expect(outcomes.filter((conflicts) => conflicts.length === 0)).toHaveLength(4)
    // All or nothing, and the same again is no conflict.
    expect(only(await one.shared.reserve(lease, [guardRow(9, 1), guardRow(1, 999)])).nonce).toBe(1)
    const [row] = await database.query(
      `select count(*)::int as count, count(distinct (set_id, lane_key, nonce))::int as places from ${schema}.sign_guard`,
    )
    expect(row).toEqual({ count: 4, places: 4 })
    await expect(one.shared.reserve(lease, [guardRow(20, 1), guardRow(20, 2)])).rejects.toThrow(SharedStoreError)
    await two.shared.open({ name: 't' })
    await expect(two.shared.reserve(lease, [guardRow(30, 1)])).rejects.toThrow(DutyLostError)
    await expect(one.shared.reserve({ ...lease, fence: lease.fence + 1 }, [guardRow(30, 1)])).rejects.toThrow(DutyLostError)
    await expect(one.shared.reserve({ ...lease, role: 'keep' }, [guardRow(30, 1)])).rejects.toThrow(DutyLostError)
    await database.run(`update ${schema}.lease set expires_at = clock_timestamp()`)
    await expect(one.shared.reserve(lease, [guardRow(30, 1)])).rejects.toThrow(DutyLostError)
    // What was signed is learned from anyone.
    expect(await two.shared.learn([{ ...guardRow(40, 1), chainId: 1 }])).toEqual([])
    expect(only(await two.shared.learn([{ ...guardRow(40, 2), chainId: 1 }])).head).toBe(hash(1))
  })

  it('gives each nonce once, also to roles that run apart with one key', async () => {
    const schema = newSchema()
    const [one, two] = [replicaOf({ schema }), replicaOf({ schema })]
    const [delivers, keeps] = [only(await take(one, [deliver])), only(await take(two, [{ role: 'keep', chainId: 1 }]))]
    const row = (nonce: number, mark: number) => ({ ...transactionAt(nonce, mark), state: 'live', block: undefined }) as const
    const tries = Array.from({ length: 30 }, (_, index) => {
      const [replica, lease] = index % 2 === 0 ? [one, delivers] : [two, keeps]
      return replica.shared.take(lease, row(index % 5, 100 + index), false)
    })
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(5)
    expect(await one.shared.take(delivers, row(3, 500), true)).toBe(true)
    expect(await one.shared.take(delivers, row(77, 501), true)).toBe(false)
    const { rows, version } = await two.shared.ledgerSince({ chainId: 1, sender: deliverer, version: 0, hashes: [] })
    expect(rows).toHaveLength(6)
    await one.shared.settle(
      delivers,
      deliverer,
      rows.filter(({ nonce }) => nonce === 3).map(({ hash: which }) => ({ hash: which, state: 'dropped' })),
    )
    const later = await two.shared.ledgerSince({ chainId: 1, sender: deliverer, version, hashes: [] })
    expect(later.rows.map(({ nonce, state }) => [nonce, state])).toEqual([
      [3, 'dropped'],
      [3, 'dropped'],
    ])
    expect(await two.shared.take(keeps, row(3, 600), false)).toBe(true)
    await expect(two.shared.take(delivers, row(50, 700), false)).rejects.toThrow(DutyLostError)
  })

  it('signs one history, whatever its processes see and however duties change hands', async () => {
    const schema = newSchema()
    const signed = new Map<string, Set<string>>()
    const processes = ['a', 'b'].map((seen) => startReader({ schema, seen, signed }))
    await until('somebody has it', async () => processes.some(({ vault }) => vault.has(attest)))
    const fence = async () =>
      Number((await database.query(`select fence from ${schema}.lease where role = 'attest' and chain_id = 1`))[0]?.fence)
    for (let nonce = 0; nonce < 7; nonce++) {
      // It is the turn of one, then of the other, and only then a message comes: nobody else can have signed it.
      const before = await fence()
      const [now, later] = nonce % 2 === 0 ? processes : processes.toReversed()
      later?.pause(true)
      now?.pause(false)
      if (nonce >= 3) {
        await database.run(`update ${schema}.lease set expires_at = '-infinity' where chain_id = 1`)
        await until('it changes hands', async () => (await fence()) > before && now?.vault.has(attest))
      }
      // Before they part both read on; then only whoever has its turn does, past what the other one has signed meanwhile.
      for (const process of nonce < 3 ? processes : [now]) {
        process?.readTo(nonce)
        process?.wake()
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await until('the longest is signed', async () => Math.max(...[...signed.keys()].map((place) => Number(place.split(' ')[2]))) > 3)
    expect(Math.max(...[...signed.values()].map((heads) => heads.size))).toBe(1)
    // Where histories part, only one of them goes on.
    const rows = await database.query(`select head from ${schema}.sign_guard where nonce > 3`)
    const stored = new Set(rows.map(({ head }) => String(head)))
    const nonces = [...Array(7).keys()]
    const sides = ['a', 'b'].filter((seen) => nonces.some((nonce) => stored.has(keccak256(stringToHex(`${nonce} ${seen}`)))))
    expect(sides).toHaveLength(1)
  })

  it("is one watcher's", async () => {
    const schema = newSchema()
    const starts = await Promise.all([1, 2, 3].map(() => replicaOf({ schema }).shared.open({ name: 't' })))
    expect(new Set(starts).size).toBe(1)
    await expect(replicaOf({ schema, name: 'other' }).vault.check()).rejects.toThrow(StoreUnusableError)
  })

  it('learns what a process signed when it was alone, and what is newer than an old copy', async () => {
    const schema = newSchema()
    const alone = replicaOf({ schema })
    alone.context.store.guard.reserve([guardRow(1, 11), guardRow(2, 12)])
    alone.context.store.ledger.add(transactionAt(0))
    alone.begin()
    const next = replicaOf({ schema })
    await until('it has its duties', async () => alone.vault.has(attest))
    next.begin()
    await until('the other one knows it', async () => next.context.store.guard.newest({ setId: hash(5), laneKey })?.nonce === 2)
    await expect(next.vault.reserve(1, [guardRow(2, 99)])).rejects.toThrow(DutyLostError)
    await expect(alone.vault.reserve(1, [guardRow(2, 99)])).rejects.toThrow(SignConflictError)
    await until('the ledger too', async () => next.context.store.ledger.open({ chainId: 1, sender: deliverer }).length === 1)
    await alone.vault.reserve(1, [guardRow(3, 13)])
    await until('that too', async () => next.context.store.guard.signedHead(guardRow(3, 0)) === hash(13))
    // The database comes back from a backup in which nothing of that stands.
    await database.run(`delete from ${schema}.sign_guard; delete from ${schema}.tx; select setval('${schema}.version', 1, false)`)
    await until('it is told', async () => {
      const rows = await database.query(`select nonce::int as nonce from ${schema}.sign_guard order by nonce`)
      return rows.map(({ nonce }) => nonce).join() === '1,2,3'
    })
    await until('both have noticed', async () => alone.restored + next.restored > 0)
    expect(await database.query(`select nonce::int as nonce from ${schema}.tx`)).toEqual([{ nonce: 0 }])
  })

  it('stands still on a chain that one process saw halt, until a person says otherwise', async () => {
    const schema = newSchema()
    const one = replicaOf({ schema })
    one.begin()
    await until('it has its duties', async () => one.vault.has(attest))
    const other = replicaOf({ schema })
    await other.shared.open({ name: 't' })
    await other.shared.turn({ wanted: [], ms: 1_000, halts: [{ chainId: 1, reason: 'finality-violated', detail: 'd', at: 1 }] })
    await expect(
      one.shared.reserve(only((one.vault.status()?.duties ?? []).filter(({ role, chainId }) => role === 'attest' && chainId === 1)), [
        guardRow(1, 1),
      ]),
    ).rejects.toThrow(DutyLostError)
    await until('it stops', async () => !one.vault.has(attest))
    expect(one.vault.has({ role: 'attest', chainId: 2 })).toBe(true)
    await other.shared.clearHalt(1)
    await until('it goes on', async () => one.vault.has(attest))
  })

  it('carries attestations from process to process, as anyone takes them', async () => {
    const schema = newSchema()
    const [one, two] = [replicaOf({ schema }), replicaOf({ schema })]
    await one.shared.open({ name: 't' })
    let news = 0
    // Accounts come with a checksum in their letters; peers take small ones only.
    const mixed = `0x${'D1'.repeat(20)}` as const
    two.shared.listen(() => news++)
    await two.shared.open({ name: 't' })
    const said = (nonce: number) => ({ setId: hash(5), laneKey, nonce, head: hash(nonce), signer: mixed, signature: hash(7) })
    await until('it listens', async () => {
      one.vault.publish([said(128), said(129)])
      await one.vault.exchange({ isFromStart: false })
      await database.run(`delete from ${schema}.signature where nonce = 129`)
      return news > 0
    })
    one.vault.publish([said(130)])
    await one.vault.exchange({ isFromStart: false })
    const heard = await two.vault.exchange({ isFromStart: true })
    expect(heard.map(({ nonce, signer }) => [nonce, signer])).toEqual([
      [128, deliverer],
      [130, deliverer],
    ])
    expect(await two.vault.exchange({ isFromStart: false })).toEqual([])
    await one.vault.prune({ laneKey, below: 256 })
    expect((await two.vault.exchange({ isFromStart: true })).map(({ nonce }) => nonce)).toEqual([128])
  })

  it('signs nothing without the database, says so, and goes on by itself', async () => {
    const schema = newSchema()
    const one = replicaOf({ schema })
    one.begin()
    await until('it has its duties', async () => one.vault.has(attest))
    await one.vault.reserve(1, [guardRow(1, 11)])
    await database.stop('SIGQUIT')
    await expect(one.vault.reserve(1, [guardRow(2, 12)])).rejects.toThrow(SharedStoreError)
    expect(one.vault.status()).toMatchObject({ isUp: false })
    expect(one.context.store.guard.signedHead(guardRow(2, 12))).toBeUndefined()
    await until('the duty runs out', async () => !one.vault.has(attest))
    await database.start()
    await until('it goes on', async () => one.vault.has(attest))
    await one.vault.reserve(1, [guardRow(2, 12)])
    expect(one.vault.status()).toMatchObject({ isUp: true })
    expect(await database.query(`select nonce::int as nonce, head from ${schema}.sign_guard order by nonce`)).toEqual([
      { nonce: 1, head: hash(11) },
      { nonce: 2, head: hash(12) },
    ])
  })

  it('refuses a process that was stopped for longer than its lease', async () => {
    const schema = newSchema()
    const sleeper = startSleeper(schema)
    await until('it has all duties', async () => (await sleeper.tell('duties')) === 6)
    expect(await sleeper.tell('reserve', { nonce: 1, head: 11 })).toBe('done')
    expect(await sleeper.tell('take', { nonce: 0, head: 1 })).toBe(true)
    const next = replicaOf({ schema })
    next.begin()
    // In the middle of something, too: what was asked of the database counts, or it does not.
    const asked = [...Array(20).keys()].map((index) => sleeper.tell('reserve', { nonce: 2 + index, head: 100 + index }))
    sleeper.child.kill('SIGSTOP')
    const stoppedAt = Date.now()
    await until('the other one has it', async () => next.vault.has(attest) && next.vault.has(deliver))
    expect(Date.now() - stoppedAt).toBeLessThan(5_000)
    expect(next.context.store.guard.newest({ setId: hash(5), laneKey })?.nonce).toBeGreaterThanOrEqual(1)
    await next.vault.reserve(1, [guardRow(50, 55)])
    const afterwards = ['force', 'reserve', 'force-take', 'take'] as const
    const answers = afterwards.map((what) => sleeper.tell(what, { nonce: 60, head: 66 }))
    sleeper.child.kill('SIGCONT')
    expect(await Promise.all(answers)).toEqual(afterwards.map(() => 'DutyLostError'))
    await Promise.all(asked)
    expect(next.vault.has(attest)).toBe(true)
    await next.vault.reserve(1, [guardRow(60, 77)])
    expect(await next.vault.add('deliver', transactionAt(1), false)).toBe(true)
    await expect(next.vault.reserve(1, [guardRow(1, 12)])).rejects.toThrow(SignConflictError)
    sleeper.child.disconnect()
  })
})

const reply = z.object({ id: z.number(), answer: z.unknown() })

/** A replica in a process of its own. */
function startSleeper(schema: string) {
  const path = fileURLToPath(new URL('./support/replicaProcess.ts', import.meta.url))
  const child = fork(path, [database.url, schema], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  cleanups.push(() => void child.kill('SIGKILL'))
  const waiting = new Map<number, (answer: unknown) => void>()
  let ids = 0
  child.on('message', (message) => {
    const { id, answer } = reply.parse(message)
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  const tell = (what: string, { nonce = 0, head = 0 }: { nonce?: number; head?: number } = {}): Promise<unknown> =>
    new Promise((resolve) => {
      waiting.set(++ids, resolve)
      child.send({ id: ids, what, nonce, head })
    })
  return { child, tell }
}
