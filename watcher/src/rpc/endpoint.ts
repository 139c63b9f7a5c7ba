import { delay, httpEndpoint, isRecord, type RpcCall, type RpcReply, RpcUnavailableError, type Transport } from '@hanse/sdk/sync'
import { type CircuitState, createBreaker } from './breaker.ts'
import { createRate, type Rate } from './rate.ts'

/** One provider of a chain, kept away from while it fails and asked no more than it bears. */
export type Endpoint = Transport & {
  /** How it fares: `head` is the highest block that it told of lately. */
  health(): { readonly circuit: CircuitState; readonly head: bigint | undefined; readonly limit: number | undefined }
}

/** What happened in one request, for metrics. `limited`: the provider was asked too much. `held`: it was not asked at all. */
export type RpcObserver = (event: {
  readonly endpoint: string
  readonly calls: readonly RpcCall[]
  readonly outcome: 'ok' | 'failed' | 'limited' | 'held'
  readonly seconds: number
  readonly circuit: CircuitState
}) => void

/** Longest time that a request waits for its turn before another provider is asked instead, milliseconds. */
const maxWait = 2_000
/** For how long a provider of another chain is left alone, milliseconds. */
const wrongChainMs = 60_000
/** Calls whose answers tell how high the chain is. */
const isHeadCall = (call: RpcCall) =>
  call.method === 'eth_blockNumber' || (call.method === 'eth_getBlockByNumber' && call.params[0] === 'latest')

/** Puts a breaker and a rate around a transport, and makes sure of its chain with the first request, and again after each outage. */
export function createEndpoint({ chainId, transport, observe, now = Date.now, wait = delay }: createEndpoint.Parameters): Endpoint {
  const breaker = createBreaker({ now })
  const rate = createRate({ now })
  const { name } = transport
  let isKnown = false
  let head: bigint | undefined
  const held = (detail: string) => new RpcUnavailableError({ provider: name, detail })
  const tell = (calls: readonly RpcCall[], outcome: Parameters<RpcObserver>[0]['outcome'], began: number) =>
    observe({ endpoint: name, calls, outcome, seconds: (now() - began) / 1_000, circuit: breaker.state() })

  async function sendNow(calls: readonly RpcCall[]): Promise<readonly RpcReply[]> {
    if (isKnown) return transport.send(calls)
    const replies = await transport.send([...calls, { method: 'eth_chainId', params: [] }])
    const id = replies.at(-1)
    if (!id?.ok || id.result === null) throw held('it does not say which chain it serves')
    if (BigInt(String(id.result)) !== BigInt(chainId)) {
      breaker.trip(wrongChainMs)
      throw held(`it serves chain ${BigInt(String(id.result))}, not ${chainId}`)
    }
    isKnown = true
    return replies.slice(0, -1)
  }

  async function waitToPass(calls: readonly RpcCall[]): Promise<void> {
    if (breaker.state() !== 'open') await waitForTurn({ name, rate, calls: calls.length, now, wait })
    if (!breaker.mayPass()) throw held('left alone after failures')
  }

  function noteFailure(error: unknown): 'limited' | 'failed' {
    const retryAfterMs = error instanceof RpcUnavailableError ? error.retryAfterMs : undefined
    if (retryAfterMs !== undefined) rate.refused(retryAfterMs)
    else if (breaker.state() !== 'open') breaker.failed()
    if (breaker.state() === 'open') isKnown = false
    return retryAfterMs === undefined ? 'failed' : 'limited'
  }

  async function send(calls: readonly RpcCall[]): Promise<readonly RpcReply[]> {
    const began = now()
    try {
      await waitToPass(calls)
    } catch (error) {
      tell(calls, 'held', began)
      throw error
    }
    try {
      const replies = await sendNow(calls)
      breaker.succeeded()
      rate.accepted()
      head = headIn(calls, replies) ?? head
      tell(calls, 'ok', began)
      return replies
    } catch (error) {
      tell(calls, noteFailure(error), began)
      throw error
    }
  }

  return { name, send, health: () => ({ circuit: breaker.state(), head, limit: rate.limit() }) }
}

type Turn = { name: string; rate: Rate; calls: number; now: () => number; wait: typeof delay }

async function waitForTurn({ name, rate, calls, now, wait }: Turn): Promise<void> {
  const until = now() + maxWait
  for (let ms = rate.take(calls); ms > 0; ms = rate.take(calls)) {
    if (now() + ms > until) throw new RpcUnavailableError({ provider: name, detail: 'it was asked as much as it bears' })
    await wait(ms, new AbortController().signal)
  }
}

export declare namespace createEndpoint {
  type Parameters = {
    chainId: number
    transport: Transport
    observe: RpcObserver
    /** Clock in milliseconds. */
    now?: (() => number) | undefined
    /** Waits, or returns early when aborted. */
    wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined
  }
}

/** The providers of a chain over HTTP. Two at one host get different names. */
export function httpEndpoints({ urls, timeoutMs, signal, ...rest }: httpEndpoints.Parameters): readonly Endpoint[] {
  const hosts = urls.map((url) => new URL(url).host)
  return urls.map((url, index) => {
    const host = hosts[index] ?? url
    const place = hosts.slice(0, index).filter((other) => other === host).length
    const name = place === 0 ? host : `${host} ${place + 1}`
    return createEndpoint({ ...rest, transport: httpEndpoint({ url, name, timeoutMs, signal }) })
  })
}

export declare namespace httpEndpoints {
  type Parameters = Omit<createEndpoint.Parameters, 'transport'> & {
    urls: readonly string[]
    timeoutMs: number
    /** Ends what is under way. */
    signal?: AbortSignal | undefined
  }
}

function headIn(calls: readonly RpcCall[], replies: readonly RpcReply[]): bigint | undefined {
  const reply = replies[calls.findIndex(isHeadCall)]
  const result = reply?.ok ? reply.result : undefined
  const number = isRecord(result) ? result.number : result
  return typeof number === 'string' && /^0x[0-9a-f]+$/i.test(number) ? BigInt(number) : undefined
}
