import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { agent, directory, errors } from '../../../sdk/src/index.ts'
import { sqliteDirectory } from '../../../sdk/src/node/index.ts'
import { addressOf, idOf, known, receiptOf, registered } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'hanse-directory-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const stores = {
  memory: directory.memoryDirectory,
  sqlite: () => sqliteDirectory({ path: ':memory:' }),
}
const capability = agent.capabilityOf('text.report')

for (const [kind, create] of Object.entries(stores))
  describe(`a directory in ${kind}`, () => {
    /** A directory without chains, at a second. */
    const at = (seconds: number, facts: readonly directory.DirectoryFact[]) => {
      const clock = { seconds }
      const store = create()
      store.apply(facts)
      return { store, clock, found: directory.createDirectory({ chains: [], store, now: () => clock.seconds * 1000 }) }
    }
    const names = (agents: readonly directory.DirectoryAgent[]) => agents.map(({ profile }) => profile.cardUri.split('/').at(-1)).sort()

    it('finds by capability, chain and liveness', () => {
      const { found } = at(1_000, [
        registered('a', { can: ['text.report', 'text.count'] }),
        registered('b', { chainId: 2 }),
        registered('c', { liveUntil: 999 }),
        registered('d', { can: ['code.write'] }),
      ])
      expect(names(found.query())).toEqual(['a', 'b', 'd'])
      expect(names(found.query({ capabilities: ['text.report'] }))).toEqual(['a', 'b'])
      expect(names(found.query({ capabilities: [capability], chainIds: [2] }))).toEqual(['b'])
      expect(names(found.query({ capabilities: ['text.report', 'text.count'] }))).toEqual(['a'])
      expect(names(found.query({ capabilities: ['text.report', 'code.write'] }))).toEqual([])
      expect(names(found.query({ capabilities: ['text.report'], withSilent: true }))).toEqual(['a', 'b', 'c'])
      expect(names(found.query({ capabilities: ['org.example.nothing'] }))).toEqual([])
      expect(found.get({ chainId: 2, agentId: idOf('b') })).toMatchObject({ controller: addressOf('b'), registeredAt: 5n })
    })

    it('shows nobody as live past its second, and somebody again after a heartbeat', () => {
      const { found, clock, store } = at(1_000, [registered('a', { liveUntil: 1_000 })])
      expect(found.query()).toHaveLength(1)
      clock.seconds = 1_001
      expect(found.query()).toEqual([])
      expect(found.query()).toEqual([])
      store.apply([{ kind: 'heartbeat', chainId: 1, agentId: idOf('a'), liveUntil: 1_500 }])
      expect(found.query({ capabilities: ['text.report'] })).toHaveLength(1)
      store.apply([{ kind: 'heartbeat', chainId: 1, agentId: idOf('a'), liveUntil: 1_000 }])
      expect(found.query()).toEqual([])
    })

    it('follows updates and ends', () => {
      const { found, store } = at(1_000, [registered('a'), registered('b')])
      const { profile } = registered('z', { can: ['code.write'] })
      store.apply([
        { kind: 'updated', chainId: 1, agentId: idOf('a'), profile },
        { kind: 'retired', chainId: 1, agentId: idOf('b') },
        { kind: 'heartbeat', chainId: 1, agentId: idOf('b'), liveUntil: 5_000 },
        { kind: 'heartbeat', chainId: 1, agentId: idOf('nobody'), liveUntil: 5_000 },
      ])
      expect(found.query({ capabilities: ['text.report'], withSilent: true })).toEqual([])
      expect(names(found.query({ capabilities: ['code.write'] }))).toEqual(['z'])
      expect(found.get({ chainId: 1, agentId: idOf('b') })).toBeUndefined()
    })

    it('gives pages in order of ids, over all chains, each agent once', () => {
      const facts = Array.from({ length: 57 }, (_, index) => registered(`${index}`, { chainId: 1 + (index % 3) }))
      const { found } = at(1_000, facts)
      const seen: string[] = []
      for (let after: directory.DirectoryAgent['agentId'] | undefined; ; ) {
        const page = found.query({ limit: 10, ...(after === undefined ? {} : { after }) })
        seen.push(...page.map(({ agentId }) => agentId))
        after = page.at(-1)?.agentId
        if (page.length < 10) break
      }
      expect(seen).toEqual(facts.map(({ agentId }) => agentId).sort())
    })

    it('refuses queries that cannot be', () => {
      const { found } = at(1_000, [])
      for (const query of [{ limit: 0 }, { limit: 1_001 }, { limit: 1.5 }, { after: '0x12' }, { capabilities: ['0x12'] }] as const) {
        expect(() => found.query(query)).toThrow(errors.FormatError)
      }
    })

    it('links accounts by both words, the last of each', () => {
      const key = { chainId: 1, agentId: idOf('a') }
      const far = { chainId: 2, address: addressOf('far') }
      const { found, store } = at(1_000, [
        registered('a'),
        { kind: 'believed', chainId: 1, originChainId: 2, links: addressOf('links') },
        { kind: 'declared', ...key, account: far, isDeclared: true },
      ])
      const own = { chainId: 1, address: addressOf('a') }
      expect(found.accountsOf(key)).toEqual([own])
      store.apply([{ kind: 'claimed', ...key, account: far, sequence: 5 }])
      expect(found.accountsOf(key)).toEqual([own, far])
      expect(names(store.agentsOf(far))).toEqual(['a'])
      store.apply([{ kind: 'claimed', chainId: 1, agentId: idOf('b'), account: far, sequence: 4 }])
      expect(found.accountsOf(key)).toHaveLength(2)
      store.apply([{ kind: 'believed', chainId: 1, originChainId: 2, links: `0x${'00'.repeat(20)}` }])
      expect(found.accountsOf(key)).toEqual([own])
      store.apply([{ kind: 'believed', chainId: 1, originChainId: 2, links: addressOf('links') }])
      expect(found.accountsOf(key)).toHaveLength(2)
      store.apply([{ kind: 'declared', ...key, account: far, isDeclared: false }])
      expect(found.accountsOf(key)).toEqual([own])
      // A claim that nobody declared links nothing.
      store.apply([{ kind: 'claimed', ...key, account: { chainId: 2, address: addressOf('squatter') }, sequence: 9 }])
      expect(found.accountsOf(key)).toEqual([own])
    })

    it('finds by a record that counts for the asker, and explains it', () => {
      const key = { chainId: 1, agentId: idOf('good') }
      const far = { chainId: 2, address: addressOf('far') }
      const worked = (name: string, more = {}): directory.DirectoryFact => ({
        kind: 'receipt',
        receipt: receiptOf({ worker: addressOf(name), ...more }),
      })
      const { found, store } = at(1_000, [
        ...['good', 'self', 'none'].map((name) => registered(name)),
        { kind: 'believed', chainId: 1, originChainId: 2, links: addressOf('links') },
        { kind: 'declared', ...key, account: far, isDeclared: true },
        { kind: 'claimed', ...key, account: far, sequence: 1 },
        worked('good'),
        worked('far', { workerChainId: 2n }),
        ...Array.from({ length: 1_000 }, (_, index) => worked('self', { requester: addressOf(`sybil ${index}`) })),
      ])
      expect(names(found.query({ record: { known, judged: 2 } }))).toEqual(['good'])
      expect(names(found.query({ record: { known, judged: 1 }, capabilities: ['code.write'] }))).toEqual([])
      expect(found.query({ record: { known, judged: 3 } })).toEqual([])
      const { judged } = found.reputation({ ...key, known })
      expect(judged.parts.map(({ receipt }) => receipt.worker)).toEqual([addressOf('good'), addressOf('far')])
      expect(found.reputation({ chainId: 1, agentId: idOf('self'), known }).judged.value).toBe(0n)
      // What was worked out is not kept longer than it holds.
      store.apply([worked('good')])
      expect(names(found.query({ record: { known, judged: 3 } }))).toEqual(['good'])
      store.apply([{ kind: 'heartbeat', ...key, liveUntil: 1 }])
      expect(found.query({ record: { known, judged: 3 } })).toEqual([])
    })

    it('takes a range that comes again for what it is', () => {
      const facts: directory.DirectoryFact[] = [
        registered('a', { liveUntil: 1_100 }),
        { kind: 'heartbeat', chainId: 1, agentId: idOf('a'), liveUntil: 1_900 },
        registered('b'),
        { kind: 'retired', chainId: 1, agentId: idOf('b') },
        { kind: 'receipt', receipt: receiptOf({ worker: addressOf('a') }) },
      ]
      const { found, store } = at(1_500, facts)
      store.apply(facts)
      expect(names(found.query())).toEqual(['a'])
      expect(found.reputation({ chainId: 1, agentId: idOf('a'), known }).judged.value).toBe(1n)
    })
  })

it('is the same in both stores after any facts and queries', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const can = fc.uniqueArray(fc.constantFrom('text.report', 'text.count', 'code.write'), { maxLength: 3 })
  const chainId = fc.constantFrom(1, 2)
  const liveUntil = fc.integer({ min: 900, max: 1_100 })
  const account = fc.record({ chainId, address: name.map(addressOf) })
  const agentId = name.map(idOf)
  const fact: fc.Arbitrary<directory.DirectoryFact> = fc.oneof(
    fc.record({ name, can, chainId, liveUntil }).map(({ name: own, ...more }) => registered(own, more)),
    fc
      .record({ chainId, agentId, can })
      .map(({ can: names, ...key }) => ({ kind: 'updated' as const, ...key, profile: registered('x', { can: names }).profile })),
    fc.record({ kind: fc.constant('heartbeat' as const), chainId, agentId, liveUntil }),
    fc.record({ kind: fc.constant('retired' as const), chainId, agentId }),
    fc.record({ kind: fc.constant('declared' as const), chainId, agentId, account, isDeclared: fc.boolean() }),
    fc.record({ kind: fc.constant('claimed' as const), chainId, agentId, account, sequence: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ kind: fc.constant('believed' as const), chainId, originChainId: chainId, links: name.map(addressOf) }),
    fc.record({ worker: name.map(addressOf) }).map((more) => ({ kind: 'receipt' as const, receipt: receiptOf(more) })),
  )
  const path = join(folder, 'same.sqlite')
  fc.assert(
    fc.property(
      fc.array(fact, { maxLength: 40 }),
      fc.array(fc.record({ can, at: liveUntil, withSilent: fc.boolean() }), { maxLength: 6 }),
      (facts, queries) => {
        rmSync(path, { force: true })
        const first = sqliteDirectory({ path })
        const memory = directory.memoryDirectory()
        const half = facts.length >> 1
        first.apply(facts.slice(0, half))
        // What it knew survives its end.
        first.close()
        const second = sqliteDirectory({ path })
        second.apply(facts.slice(half))
        memory.apply(facts)
        const clocks = queries.map(({ at }) => at).sort((one, other) => one - other)
        const [left, right] = [memory, second].map((store) => {
          let seconds = 0
          const found = directory.createDirectory({ chains: [], store, now: () => seconds * 1000 })
          return queries.map((query, index) => {
            seconds = clocks[index] ?? 0
            const { can: capabilities, withSilent } = query
            const agents = found.query({ capabilities, withSilent })
            if (!withSilent) for (const { liveUntil: end } of agents) expect(end).toBeGreaterThanOrEqual(seconds)
            const links = agents.map((own) => [found.accountsOf(own), store.agentsOf({ chainId: own.chainId, address: own.controller })])
            return { agents, links, record: found.query({ record: { known, judged: 1 }, withSilent: true }) }
          })
        })
        second.close()
        expect(right).toEqual(left)
      },
    ),
    { numRuns: 30, seed: 7 },
  )
})
