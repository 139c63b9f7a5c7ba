import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { httpEndpoint, type RpcCall, type RpcReply, RpcUnavailableError, type Transport } from '../../sdk/src/sync/index.ts'
import { createBreaker } from '../../watcher/src/rpc/breaker.ts'
import { createRpc } from '../../watcher/src/rpc/client.ts'
import { createEndpoint, httpEndpoints } from '../../watcher/src/rpc/endpoint.ts'
import { createRate } from '../../watcher/src/rpc/rate.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** A node that answers as it is told, and the bodies that reached it. */
async function startNode(answer: (calls: readonly RpcCall[], response: ServerResponse) => void) {
  const seen: (readonly RpcCall[])[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const calls: readonly RpcCall[] = JSON.parse(Buffer.concat(chunks).toString())
    seen.push(calls)
    answer(calls, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen } // it listens on a port
}

const replyTo = (calls: readonly RpcCall[], result: unknown = '0x1') =>
  JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, result: call.method === 'eth_chainId' ? '0x7' : result })))
const call = (method = 'eth_call'): RpcCall => ({ method, params: [] })
const many = (count: number) => Array.from({ length: count }, () => call())

describe('httpEndpoint', () => {
  it('sends a batch that is refused as a whole in shorter ones, and remembers', async () => {
    const node = await startNode((calls, response) => {
      if (calls.length <= 10) response.end(replyTo(calls))
      else response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_600, message: 'batch too large' } }))
    })
    const endpoint = httpEndpoint({ url: node.url })
    expect(await endpoint.send(many(100))).toHaveLength(100)
    const before = node.seen.length
    expect(await endpoint.send(many(20))).toHaveLength(20)
    expect(node.seen.slice(before).every((calls) => calls.length <= 10)).toBe(true)
  })

  it('reads no answer without end, and takes it for a refusal', async () => {
    const node = await startNode((calls, response) => void response.end(replyTo(calls, `0x${'00'.repeat(40_000)}`)))
    const replies = await httpEndpoint({ url: node.url, maxBytes: 10_000 }).send([call('eth_getLogs')])
    expect(replies).toMatchObject([{ ok: false, code: -32_005 }])
  })

  it.each([
    ['429 with seconds', 429, '7', 7_000],
    ['429 without', 429, undefined, 1_000],
    ['429 with far too much', 429, '9999', 30_000],
  ])('says when to come again: %s', async (_, status, after, expected) => {
    const node = await startNode((__, response) => void response.writeHead(status, after ? { 'retry-after': after } : {}).end('slow down'))
    await expect(httpEndpoint({ url: node.url }).send([call()])).rejects.toMatchObject({ retryAfterMs: expected })
  })

  it.each([
    ['HTML', '<html>welcome</html>'],
    ['half of it', '[{"jsonrpc":"2.0","id":0,"resu'],
    ['one answer too few', '[{"jsonrpc":"2.0","id":0,"result":"0x1"}]'],
    ['nothing', ''],
  ])('takes %s for no answer', async (_, body) => {
    const node = await startNode((__, response) => void response.end(body))
    await expect(httpEndpoint({ url: node.url }).send([call(), call()])).rejects.toBeInstanceOf(RpcUnavailableError)
  })
})

describe('createBreaker', () => {
  it('opens after three failures, lets one through when the time has come, and doubles the time', () => {
    let time = 0
    const breaker = createBreaker({ now: () => time })
    for (let round = 0; round < 3; round++) {
      expect(breaker.mayPass()).toBe(true)
      breaker.failed()
    }
    expect([breaker.state(), breaker.mayPass()]).toEqual(['open', false])
    time = 250
    expect([breaker.state(), breaker.mayPass(), breaker.mayPass()]).toEqual(['half-open', true, false])
    breaker.failed()
    time = 700
    expect(breaker.state()).toBe('open')
    time = 750
    expect(breaker.mayPass()).toBe(true)
    breaker.succeeded()
    expect([breaker.state(), breaker.mayPass(), breaker.mayPass()]).toEqual(['closed', true, true])
  })

  it('never stays shut for ever, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('ask', 'fail', 'succeed', 'wait'), { maxLength: 60 }), (steps) => {
        let time = 0
        const breaker = createBreaker({ now: () => time })
        const wait = () => {
          time += 100
        }
        const does = { ask: breaker.mayPass, fail: breaker.failed, succeed: breaker.succeeded, wait }
        for (const step of steps) does[step]()
        time += 61_000
        expect(breaker.mayPass()).toBe(true)
      }),
      { seed: 11 },
    )
  })
})

describe('createRate', () => {
  it('limits nothing until it is told to, halves, and grows again', () => {
    let time = 1_000_000
    const rate = createRate({ now: () => time })
    for (let round = 0; round < 100; round++) expect(rate.take(1)).toBe(0)
    rate.refused(500)
    rate.refused(500)
    expect(rate.limit()).toBe(50)
    expect(rate.take(1)).toBe(500)
    time += 1_500
    expect(rate.take(50)).toBe(0)
    expect(rate.take(50)).toBeGreaterThan(900)
    for (let second = 0; second < 100; second++) {
      time += 1_000
      rate.accepted()
    }
    expect(rate.limit()).toBeUndefined()
  })

  it('sends at most what a provider bears, and nearly that', () => {
    // A provider that bears 40 calls a second, and refuses the rest of the second.
    let time = 0
    const rate = createRate({ now: () => time })
    let used = { second: 0, calls: 0 }
    let served = 0
    let refusals = 0
    for (; time < 120_000; time += 5) {
      if (rate.take(1) > 0) continue
      const second = Math.floor(time / 1_000)
      if (used.second !== second) used = { second, calls: 0 }
      if (++used.calls > 40) {
        refusals++
        rate.refused(1_000)
      } else {
        served++
        rate.accepted()
      }
    }
    expect(served / 120).toBeGreaterThan(20)
    expect(refusals / served).toBeLessThan(0.02)
  })
})

describe('createEndpoint', () => {
  const chain = (answer: (call: RpcCall) => unknown): Transport & { requests: number } => {
    const transport = {
      name: 'p',
      requests: 0,
      send: async (calls: readonly RpcCall[]) => {
        transport.requests++
        return calls.map((item): RpcReply => ({ ok: true, result: answer(item) }))
      },
    }
    return transport
  }

  it('leaves a provider alone that fails, which costs it no requests, and comes back', async () => {
    let time = 0
    let isDown = true
    const inner = chain((item) => (item.method === 'eth_chainId' ? '0x7' : '0x1'))
    const outcomes: string[] = []
    const transport: Transport = { name: 'p', send: (calls) => (isDown ? Promise.reject(new TypeError('down')) : inner.send(calls)) }
    const endpoint = createEndpoint({ chainId: 7, transport, now: () => time, observe: ({ outcome }) => outcomes.push(outcome) })
    for (let round = 0; round < 50; round++) await endpoint.send([call()]).catch(() => undefined)
    expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(3)
    expect(endpoint.health().circuit).toBe('open')
    isDown = false
    time = 1_000
    await endpoint.send([call()])
    expect(endpoint.health().circuit).toBe('closed')
  })

  it('never passes on what another chain says', async () => {
    const inner = chain((item) => (item.method === 'eth_chainId' ? '0x8' : '0x1'))
    const endpoint = createEndpoint({ chainId: 7, transport: inner, observe: () => undefined })
    for (let round = 0; round < 5; round++) await expect(endpoint.send([call()])).rejects.toBeInstanceOf(RpcUnavailableError)
    expect(inner.requests).toBe(1)
  })

  it('asks which chain it is with the first request, not with one of its own', async () => {
    const inner = chain((item) => (item.method === 'eth_chainId' ? '0x7' : '0x1'))
    const endpoint = createEndpoint({ chainId: 7, transport: inner, observe: () => undefined })
    for (let round = 0; round < 5; round++) expect(await endpoint.send([call(), call()])).toHaveLength(2)
    expect(inner.requests).toBe(5)
  })

  it('names two providers at one host differently', () => {
    const urls = ['https://node.example/one', 'https://node.example/two', 'https://other.example']
    const names = httpEndpoints({ chainId: 7, urls, timeoutMs: 1, observe: () => undefined }).map(({ name }) => name)
    expect(names).toEqual(['node.example', 'node.example 2', 'other.example'])
  })
})

describe('createRpc over a pool', () => {
  const provider = (name: string, answer: (call: RpcCall) => unknown | Promise<unknown>): Transport => ({
    name,
    send: (calls) => Promise.all(calls.map(async (item): Promise<RpcReply> => ({ ok: true, result: await answer(item) }))),
  })
  const hangs = new Promise<never>(() => undefined)
  const wait = () => Promise.resolve()

  it('does not wait for one that hangs', async () => {
    const transports = [provider('slow', () => hangs), provider('quick', () => '0x2')]
    const rpc = createRpc({ chainId: 1, agreement: 1, transports, wait })
    expect(await rpc.batch([call()])).toEqual([{ ok: true, result: '0x2' }])
    expect(await rpc.multicast(call('eth_sendRawTransaction'))).toEqual({ ok: true, result: '0x2' })
  })

  it('believes that a receipt is not there only when all who answer say so', async () => {
    const without = provider('a', () => null)
    const withOne = provider('b', (item) => (item.params[0] === 1 ? { status: '0x1' } : null))
    const down: Transport = { name: 'c', send: () => Promise.reject(new TypeError('down')) }
    const receipt = (id: number) => ({ method: 'eth_getTransactionReceipt', params: [id] })
    const rpc = createRpc({ chainId: 1, agreement: 1, transports: [without, down, withOne] })
    expect(await rpc.batch([receipt(0), receipt(1)])).toEqual([
      { ok: true, result: null },
      { ok: true, result: { status: '0x1' } },
    ])
    await expect(createRpc({ chainId: 1, agreement: 1, transports: [down] }).batch([receipt(0)])).rejects.toBeInstanceOf(TypeError)
  })

  it('asks one that lags or fails last', async () => {
    const asked: string[] = []
    const endpoint = (name: string, head: bigint, circuit: 'closed' | 'open') => ({
      ...provider(name, () => asked.push(name)),
      health: () => ({ circuit, head, limit: undefined }),
    })
    const transports = [endpoint('broken', 99n, 'open'), endpoint('behind', 90n, 'closed'), endpoint('good', 98n, 'closed')]
    await createRpc({ chainId: 1, agreement: 1, transports }).batch([call()])
    expect(asked).toEqual(['good'])
  })
})
