import { request } from 'node:http'
import { type Hex, numberToHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyHead, fold } from '../../sdk/src/gateway/index.ts'
import { parseConfig } from '../../watcher/src/config.ts'
import { KeyMissingError, RotationRefusedError } from '../../watcher/src/errors.ts'
import type { Server } from '../../watcher/src/outside.ts'
import { realOutside } from '../../watcher/src/realOutside.ts'
import { serve, serveAdmin } from '../../watcher/src/serve.ts'
import { openKeys } from '../../watcher/src/signer/rotation.ts'
import { configFor, createTestContext } from './support/context.ts'
import { until } from './support/world.ts'

const id = (seed: number): Hex => numberToHex(seed, { size: 32 })
const account = (seed: number) => numberToHex(seed, { size: 20 })

let world: ReturnType<typeof createTestContext>
const servers: Server[] = []
beforeEach(() => {
  world = createTestContext()
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  world.close()
})

async function start(): Promise<(path: string) => Promise<{ status: number; body: Record<string, unknown> }>> {
  const server = await serve({ context: world.context, gossip: undefined })
  servers.push(server)
  return async (path) => {
    const response = await fetch(new URL(path, server.url))
    return { status: response.status, body: (await response.json()) as Record<string, unknown> } // JSON objects only
  }
}

function addMessages(count: number): Hex {
  const lane = world.lanes[0]
  if (lane === undefined) throw new TypeError('no lane')
  let head = emptyHead
  for (let nonce = 0; nonce < count; nonce++) {
    head = fold(head, id(nonce + 1))
    const message = { sender: account(1), recipient: account(2), gasLimit: 1, deliverBefore: 0, payload: '0x' } as const
    world.context.store.messages.add({
      laneKey: lane.laneKey,
      nonce,
      leaf: id(nonce + 1),
      head,
      message,
      block: nonce,
      txHash: id(9),
      at: 0,
    })
  }
  return lane.laneKey
}

describe('/v1', () => {
  it('gives lanes, and messages by lane and by id', async () => {
    const laneKey = addMessages(5)
    const get = await start()
    expect((await get('/v1/lanes')).body).toMatchObject({ lanes: [{ laneKey, nonce: 5 }, {}, {}, {}] })
    expect((await get('/v1/messages/1/2?from=3&limit=10')).body).toMatchObject({ count: 5, messages: [{ nonce: 3 }, { nonce: 4 }] })
    expect((await get(`/v1/messages/${id(2)}`)).body).toMatchObject({
      nonce: 1,
      destinationChainId: 2,
      deliveries: [{ chainId: 2, final: 'Pending' }],
    })
    expect((await get('/v1/messages/1/2?limit=9999')).status).toBe(400)
  })

  it('gives tasks and agents, page by page, and one at a time', async () => {
    const { agents, tasks } = world.context.store
    for (let seed = 1; seed <= 5; seed++) {
      agents.register({ chainId: 1, agentId: id(seed), controller: account(seed), liveUntil: 7, profile: '{"cardUri":"x"}' })
      tasks.open({ chainId: 1, taskId: id(seed), terms: '{"reward":"5"}', isFinal: true })
    }
    agents.heartbeat({ chainId: 1, agentId: id(2), liveUntil: 99 })
    agents.update({ chainId: 1, agentId: id(3), profile: '{"cardUri":"y"}' })
    agents.retire({ chainId: 1, agentId: id(4) })
    const get = await start()
    const first = await get('/v1/agents?chainId=1&limit=3')
    expect(first.body).toMatchObject({ agents: [{ agentId: id(1) }, { liveUntil: 99 }, { profile: { cardUri: 'y' } }], next: id(3) })
    expect((await get(`/v1/agents?chainId=1&after=${id(3)}`)).body).toMatchObject({ agents: [{ agentId: id(5), isRetired: false }] })
    expect((await get(`/v1/agents/${id(4)}`)).body).toMatchObject({ isRetired: true })
    expect((await get('/v1/tasks?chainId=1&limit=2')).body).toMatchObject({ tasks: [{ terms: { reward: '5' } }, {}], next: id(2) })
    expect((await get(`/v1/tasks/${id(5)}`)).body).toMatchObject({ taskId: id(5), isFinal: true })
    expect((await get(`/v1/tasks/${id(5)}/terms`)).body).toMatchObject({ terms: { reward: '5' } })
    for (const path of ['/v1/tasks?chainId=3', '/v1/tasks?after=0', '/v1/agents?limit=0', '/v1/why/7'])
      expect((await get(path)).status).toBe(400)
    for (const path of [`/v1/tasks/${id(6)}`, `/v1/agents/${id(6)}`, `/v1/why/${id(6)}`, '/v1/nothing', '/v1/constructor'])
      expect((await get(path)).status).toBe(404)
  })

  it('says why, and that it cannot when no chain answers', async () => {
    addMessages(1)
    const get = await start()
    expect((await get(`/v1/why/${id(1)}`)).status).toBe(502)
  })

  it('tells listeners of what changes, and forgets those who leave', async () => {
    addMessages(1)
    await start()
    const heard: string[] = []
    const listening = request(new URL('/v1/events', servers[0]?.url), (response) =>
      response.on('data', (chunk: Buffer) => heard.push(chunk.toString())),
    )
    listening.end()
    listening.on('error', () => undefined)
    await until('it has told how things stand', async () => heard.join('').includes('"nonce":1'))
    const before = heard.join('').length
    world.context.events.emit('head', 1)
    const [lane] = world.lanes
    const message = { sender: account(1), recipient: account(2), gasLimit: 1, deliverBefore: 0, payload: '0x' } as const
    world.context.store.messages.add({
      laneKey: lane?.laneKey ?? '0x',
      nonce: 1,
      leaf: id(2),
      head: id(3),
      message,
      block: 1,
      txHash: id(9),
      at: 0,
    })
    world.context.events.emit('finalized', 1)
    await until('it has told of the new message', async () => heard.join('').includes('"nonce":2'))
    // Only the lane that grew is told of, besides what had not been told before to anyone.
    expect(heard.join('').slice(before).split('"nonce":2')).toHaveLength(2)
    listening.destroy()
  })
})

describe('the admin API', () => {
  const token = 'a token of some length'
  const rotated: string[] = []

  async function startAdmin() {
    const config = { ...world.context.config, admin: { port: 0, tokenEnv: 'TOKEN' } }
    const rotate = async (role: string) => {
      rotated.push(role)
      if (role === 'deliverer') throw new RotationRefusedError({ role, detail: 'not now', help: 'wait' })
      return account(1)
    }
    const server = await serveAdmin({ context: { ...world.context, config }, environment: { TOKEN: token }, rotate })
    if (server === undefined) throw new TypeError('no server')
    servers.push(server)
    return async (path: string, body?: unknown, given: string | undefined = token) => {
      const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      const response = await fetch(new URL(path, server.url), {
        ...post,
        headers: given === '' ? {} : { authorization: `Bearer ${given}` },
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> } // JSON objects only
    }
  }

  it('serves nobody without the token, and is not there unless it is configured', async () => {
    const ask = await startAdmin()
    for (const given of ['', 'wrong', `${token} `.slice(1)]) expect((await ask('/admin/pauses', undefined, given)).status).toBe(401)
    expect((await ask('/admin/pauses')).status).toBe(200)
    expect(servers[0]?.url).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect(await serveAdmin({ context: world.context, environment: {}, rotate: async () => '' })).toBeUndefined()
    const config = { ...world.context.config, admin: { port: 0, tokenEnv: 'TOKEN' } }
    const short = serveAdmin({ context: { ...world.context, config }, environment: { TOKEN: 'short' }, rotate: async () => '' })
    await expect(short).rejects.toBeInstanceOf(KeyMissingError)
  })

  it('pauses a role on one chain or all, which lasts, and resumes it', async () => {
    const ask = await startAdmin()
    const { pauses } = world.context.store
    await ask('/admin/pause', { role: 'deliver', chainId: 2 })
    await ask('/admin/pause', { role: 'attest' })
    expect([pauses.has('deliver', 2), pauses.has('deliver', 1), pauses.has('attest', 1), pauses.has('keep', 1)]).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect((await ask('/admin/resume', { role: 'attest' })).body).toEqual({ pauses: [{ role: 'deliver', chainId: 2 }] })
    for (const body of [{ role: 'sync' }, { role: 'keep', chainId: 3 }, {}, [], 5])
      expect((await ask('/admin/pause', body)).status).toBe(400)
  })

  it('tries a dead letter again at once', async () => {
    const ask = await startAdmin()
    const place = { laneKey: world.lanes[0]?.laneKey ?? '0x', chainId: 2, nonce: 3 } as const
    const { deliveries } = world.context.store
    deliveries.bury({ ...place, reason: 'Refused', detail: 'x', retryAt: 9_999_999, at: 0 })
    expect((await ask('/admin/retry', place)).status).toBe(200)
    expect(deliveries.deadLetter(place)?.retryAt).toBe(1)
    expect((await ask('/admin/retry', { ...place, nonce: 4 })).status).toBe(404)
  })

  it('shows the ledger without what was signed, rotates, and says what stands against it', async () => {
    const ask = await startAdmin()
    const purpose = { kind: 'retry', laneKey: id(1), nonce: 1 } as const
    const request = { to: account(2), data: '0x1234', gas: '1' } as const
    for (let nonce = 0; nonce < 3; nonce++)
      world.context.store.ledger.add({
        chainId: 1 + (nonce % 2),
        sender: account(1),
        nonce,
        hash: id(nonce),
        raw: '0xdead',
        maxFee: 1n,
        tip: 1n,
        purpose,
        request,
        at: 0,
      })
    const { body } = await ask('/admin/ledger?chainId=1')
    expect(body).toMatchObject({ transactions: [{ nonce: 2, maxFee: '1' }, { nonce: 0 }] })
    expect(JSON.stringify(body)).not.toContain('dead')
    expect((await ask('/admin/rotate', { role: 'attester' })).body).toEqual({ role: 'attester', address: account(1) })
    expect((await ask('/admin/rotate', { role: 'deliverer' })).status).toBe(409)
    expect((await ask('/admin/nothing')).status).toBe(404)
  })
})

describe('openKeys', () => {
  const environment = { A: `0x${'01'.repeat(32)}`, B: `0x${'02'.repeat(32)}`, C: `0x${'03'.repeat(32)}` }
  const addressOf = (seed: string) => privateKeyToAccount(`0x${seed.repeat(32)}`).address

  it('rotates a key while everybody goes on using it, but no deliverer that has something under way', async () => {
    const { store, config } = world.context
    const keys = openKeys({ config, environment, outside: realOutside })
    const reload = () => parseConfig(configFor({ dataDir: 'x', attester: { env: 'C' }, deliverer: { env: 'C' } }))
    const held = keys.attester
    expect(held?.address).toBe(addressOf('01'))
    expect(await keys.rotate('attester', { store, reload })).toBe(addressOf('03'))
    expect(held?.address).toBe(addressOf('03'))
    const sender = keys.deliverer?.address ?? '0x'
    const request = { to: account(2), data: '0x', gas: '1' } as const
    const purpose = { kind: 'retry', laneKey: id(1), nonce: 1 } as const
    store.ledger.add({ chainId: 2, sender, nonce: 0, hash: id(1), raw: '0x', maxFee: 1n, tip: 1n, purpose, request, at: 0 })
    await expect(keys.rotate('deliverer', { store, reload })).rejects.toBeInstanceOf(RotationRefusedError)
    store.ledger.setStates([{ id: 1, state: 'done', block: 1 }])
    expect(await keys.rotate('deliverer', { store, reload })).toBe(addressOf('03'))
  })
})
