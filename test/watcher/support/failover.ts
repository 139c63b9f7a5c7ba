import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod/v4'
import { startPostgres } from './postgres.ts'
import {
  at,
  createWatcherKey,
  runsAt,
  send,
  sentTo,
  startTestWorld,
  startWatcherProcess,
  until,
  type WatcherKey,
  type WatcherProcess,
} from './world.ts'

type Cleanup = () => Promise<void> | void

const pushed = z.object({
  attestations: z.array(z.object({ setId: z.string(), laneKey: z.string(), nonce: z.number(), head: z.string() })),
})

/** A peer that says nothing and notes every signature that it is shown. */
async function startWitness({ cleanups }: { cleanups: Cleanup[] }) {
  const heads = new Map<string, Set<string>>()
  let newest = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    if (request.method === 'POST' && request.url === '/v1/attestations') {
      for (const { setId, laneKey, nonce, head } of pushed.parse(JSON.parse(Buffer.concat(chunks).toString())).attestations) {
        const place = `${setId} ${laneKey} ${nonce}`
        heads.set(place, new Set([...(heads.get(place) ?? []), head]))
        newest = Math.max(newest, nonce)
      }
    }
    const body = request.url === '/v1/vector' ? { envelopes: 0, vector: [], evidence: [] } : { added: 0, refused: 0 }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
    newest: () => newest,
    signed: () => heads.size,
    doubles: () => [...heads.values()].filter((said) => said.size > 1).length,
  }
}

const status = z.object({ shared: z.object({ isUp: z.boolean(), duties: z.array(z.object({ role: z.string(), chainId: z.number() })) }) })
const dutiesOf = async (watcher: WatcherProcess) => status.parse(await watcher.get('/v1/status')).shared.duties.length
const ready = (watcher: WatcherProcess) => until('it is ready', async () => (await fetch(new URL('/ready', watcher.url))).ok)

type Shared = { readonly leaseMs: number; readonly cleanups: Cleanup[] }

/** Two chains between which messages go, a Postgres, a witness, and a watcher that needs the vote of another one, which knows the processes that talk. */
async function startShared({ leaseMs, cleanups, talking }: Shared & { talking: readonly number[] }) {
  const database = await startPostgres({ cleanups })
  const witness = await startWitness({ cleanups })
  const finality = { kind: 'depth', depth: 0 } as const
  const chains = [921, 922].map((chainId) => ({ chainId, finality }))
  const world = await startTestWorld({ chains, watchers: ['many', 'alone'], quorum: 2, cleanups })
  const [origin, destination] = [at(world.chains, 0), at(world.chains, 1)]
  const recipient = world.recipientOf(destination)
  const [own, alone] = [at(world.keys, 0), at(world.keys, 1)]
  const others = await Promise.all([1, 2].map(() => createWatcherKey({ name: 'many', cleanups })))
  /** One key for each process: they share all but port and directory. */
  const keys = [own, ...others.map((key) => ({ ...own, port: key.port, dataDir: key.dataDir }))]
  const peers = [witness.url, `http://127.0.0.1:${alone.port}`]
  const begin = async (key: WatcherKey, overrides: Record<string, unknown> = {}): Promise<WatcherProcess> => {
    const settings = { peers, shared: { urlEnv: 'TEST_POSTGRES', leaseMs }, ...overrides }
    const env = { TEST_POSTGRES: database.url }
    const watcher = await startWatcherProcess({ key, keys: [], chains: world.chains, cleanups, overrides: settings, env })
    await ready(watcher)
    return watcher
  }
  const roles = ['sync', 'attest', 'gossip', 'api']
  await startWatcherProcess({
    key: alone,
    keys: talking.map((index) => at(keys, index)),
    chains: world.chains,
    cleanups,
    overrides: { roles },
  })
  let sent = 0
  const sendOne = async () => {
    await send({ origin, destination, recipient })
    sent++
  }
  const runs = async () => (await runsAt(destination, recipient)).size
  /** Waits until all messages have run, and tells what was done twice. */
  const end = async () => {
    const ids = await until('all were sent', async () => {
      const found = await sentTo(origin, destination)
      return found.length === sent && found
    })
    const all = await until('everything has run', async () => {
      const found = await runsAt(destination, recipient)
      return found.size === ids.length && found
    })
    const twice = [...all.values()].filter((times) => times > 1).length
    return { messages: ids.length, twice, heads: witness.signed(), doubleSignatures: witness.doubles() }
  }
  return { witness, keys, begin, sendOne, runs, end }
}

/** How one change of hands went: seconds from the end of the first process to the first signature, and the first execution, by the second. */
export type Change = { readonly how: 'killed' | 'stopped'; readonly signedSeconds: number; readonly executedSeconds: number }

/**
 * One watcher as two processes that share a Postgres, while messages go from one chain to another. Whichever has the duties is killed, or stopped and
 * woken when the other has gone on.
 */
export async function playFailover({ rounds, ...options }: Shared & { rounds: readonly Change['how'][] }) {
  const { witness, keys, begin, sendOne, runs, end } = await startShared({ ...options, talking: [0, 1] })
  let active = await begin(at(keys, 0))
  await until('it has the duties', async () => (await dutiesOf(active)) === 6)
  let standby = await begin(at(keys, 1))
  let isOver = false
  const sending = (async () => {
    while (!isOver) {
      await sendOne()
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  })()
  const changes: Change[] = []
  for (const how of rounds) {
    const before = await runs()
    await until('messages flow', async () => (await runs()) > before + 1)
    const [seen, ran] = [witness.newest(), await runs()]
    const began = performance.now()
    const seconds = () => Number(((performance.now() - began) / 1000).toFixed(2))
    active.child.kill(how === 'killed' ? 'SIGKILL' : 'SIGSTOP')
    const [signedSeconds, executedSeconds] = await Promise.all([
      until('the other one signs', async () => witness.newest() > seen && seconds()),
      // One more than what may have been on its way.
      until('the other one delivers', async () => (await runs()) > ran + 1 && seconds()),
    ])
    changes.push({ how, signedSeconds, executedSeconds })
    const last = active
    active = standby
    if (how === 'stopped') last.child.kill('SIGCONT')
    standby = how === 'stopped' ? last : await begin(last.key)
  }
  isOver = true
  await sending
  return { changes, ...(await end()) }
}

/** One watcher as three processes with roles of their own: one signs, one talks to peers, one pays. */
export async function playSplit({ messages, ...options }: Shared & { messages: number }) {
  const { keys, begin, sendOne, end } = await startShared({ ...options, talking: [1] })
  const signs = await begin(at(keys, 0), { roles: ['sync', 'attest', 'api'], peers: [], deliverer: undefined })
  await begin(at(keys, 1), { roles: ['sync', 'gossip', 'api'], attester: undefined, deliverer: undefined })
  const pays = await begin(at(keys, 2), { roles: ['sync', 'deliver', 'keep', 'api'], peers: [], attester: undefined })
  for (let sent = 0; sent < messages; sent++) await sendOne()
  const outcome = await end()
  return { ...outcome, duties: [await dutiesOf(signs), await dutiesOf(pays)] as const }
}
