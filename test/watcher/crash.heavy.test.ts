import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, kill, runsAt, send, sentTo, startTestWorld, startWatcherProcess, until, type WatcherKey } from './support/world.ts'

const cleanups: (() => Promise<void> | void)[] = []
let world: Awaited<ReturnType<typeof startTestWorld>>

beforeAll(async () => {
  world = await startTestWorld({
    chains: [
      { chainId: 911, finality: { kind: 'depth', depth: 1 } },
      { chainId: 912, finality: { kind: 'depth', depth: 0 } },
    ],
    watchers: ['steady', 'mortal'],
    quorum: 2,
    cleanups,
  })
})

afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

type Row = Readonly<Record<string, unknown>>

/** Reads a dead watcher's database. */
function readVault(key: WatcherKey, sql: string): readonly Row[] {
  const vault = new DatabaseSync(join(key.dataDir, 'vault.sqlite'))
  const rows = vault.prepare(sql).all()
  vault.close()
  return rows
}

describe('a watcher that dies', () => {
  let expected = 0

  it.each(['messages-stored', 'sign-guard-written', 'head-signed', 'transaction-persisted', 'transaction-broadcast'])(
    'at %s resumes without loss, double delivery or second signature',
    async (crashAt) => {
      const [origin, destination] = [at(world.chains, 0), at(world.chains, 1)]
      const { keys, chains, recipientOf } = world
      const [steady, mortal] = [at(keys, 0), at(keys, 1)]
      // Both must sign, and only the mortal one delivers: nothing gets through unless it resumes.
      const helper = await startWatcherProcess({
        key: steady,
        keys,
        chains,
        cleanups,
        overrides: { roles: ['sync', 'attest', 'gossip', 'api'] },
      })
      const first = await startWatcherProcess({ key: mortal, keys, chains, cleanups, crashAt })
      for (let index = 0; index < 3; index++) await send({ origin, destination, recipient: recipientOf(destination) })
      expected += 3
      expect(await first.exited).toBe('SIGKILL')

      const guarded = readVault(mortal, 'select set_id, lane_key, nonce, head from sign_guard order by nonce')
      const persisted = readVault(mortal, "select hash, nonce from tx where state = 'live'")
      if (crashAt === 'transaction-persisted') {
        expect(persisted).toHaveLength(1)
        expect(
          await destination.client.request({ method: 'eth_getTransactionByHash', params: [at(persisted, 0).hash] } as never),
        ).toBeNull()
      }

      const second = await startWatcherProcess({ key: mortal, keys, chains, cleanups })
      const ids = await until('all were sent', async () => {
        const sent = await sentTo(origin, destination)
        return sent.length === expected && sent
      })
      const runs = await until('all ran', async () => {
        const found = await runsAt(destination, recipientOf(destination))
        return found.size === expected && found
      })
      expect([...runs.keys()].sort()).toEqual([...ids].sort())
      expect(new Set(runs.values())).toEqual(new Set([1]))
      if (crashAt === 'transaction-persisted') {
        const receipt = await destination.client.request({ method: 'eth_getTransactionReceipt', params: [at(persisted, 0).hash] } as never)
        expect(receipt).not.toBeNull()
      }
      expect(await second.get('/v1/evidence')).toEqual({ evidence: [] })
      expect(await helper.get('/v1/evidence')).toEqual({ evidence: [] })
      expect(await kill(second, 'SIGTERM')).toBe('0')
      expect(await kill(helper, 'SIGTERM')).toBe('0')

      const after = readVault(mortal, 'select set_id, lane_key, nonce, head from sign_guard order by nonce')
      for (const row of guarded) expect(after).toContainEqual(row)
      const sentNonces = readVault(mortal, 'select nonce, count(*) as count from tx group by nonce')
      for (const { count } of sentNonces) expect(count).toBe(1)
    },
  )
})
