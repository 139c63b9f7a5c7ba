import { messageOf } from '../errors/base.ts'
import { RpcRefusedError, RpcUnavailableError } from './errors.ts'
import { isRecord, type RpcCall, type RpcReply, type Transport } from './rpc.ts'

/** Longest batch that is sent in one request. */
const maxBatch = 100

/** JSON-RPC's code for more than a provider is willing to do; here also for an answer that is longer than we are willing to read. */
const limitExceeded = -32_005

/**
 * A JSON-RPC url and nothing around it: no pause, no second try. A batch that is refused as a whole is sent again in halves, and later ones are as
 * short; an answer longer than `maxBytes` is not read to its end, and counts as a refusal, so that whoever asked asks for less.
 *
 * @example
 * ```ts
 * import { httpEndpoint } from '@hanse/sdk/sync'
 *
 * const endpoint = httpEndpoint({ url: 'http://127.0.0.1:8545' })
 * const [reply] = await endpoint.send([{ method: 'eth_chainId', params: [] }])
 * ```
 */
export function httpEndpoint(parameters: httpEndpoint.Parameters): Transport {
  const { url } = parameters
  const name = parameters.name ?? new URL(url).host
  let size = maxBatch

  async function sendPart(calls: readonly RpcCall[]): Promise<readonly RpcReply[]> {
    try {
      return await post({ ...parameters, name, calls })
    } catch (error) {
      if (!(error instanceof RpcRefusedError) || calls.length < 2) throw error
      const half = Math.floor(calls.length / 2)
      size = Math.max(1, Math.min(size, half))
      return [...(await sendPart(calls.slice(0, half))), ...(await sendPart(calls.slice(half)))]
    }
  }

  return {
    name,
    async send(calls) {
      const replies: RpcReply[] = []
      try {
        for (let at = 0; at < calls.length; ) {
          const part = calls.slice(at, at + size)
          replies.push(...(await sendPart(part)))
          at += part.length
        }
      } catch (cause) {
        if (cause instanceof RpcUnavailableError) throw cause
        throw new RpcUnavailableError({ provider: name, detail: messageOf(cause), cause })
      }
      return replies
    },
  }
}

export declare namespace httpEndpoint {
  type Parameters = {
    url: string
    /** For logs and metrics. Default: the host. */
    name?: string | undefined
    /** Milliseconds until a request counts as unanswered. */
    timeoutMs?: number | undefined
    /** Longest answer that is read. Default 32 MiB. */
    maxBytes?: number | undefined
    fetch?: typeof globalThis.fetch | undefined
    /** Ends what is under way. */
    signal?: AbortSignal | undefined
  }
}

type Post = httpEndpoint.Parameters & { name: string; calls: readonly RpcCall[] }

async function post({ name, url, timeoutMs = 5_000, maxBytes = 33_554_432, fetch = globalThis.fetch, calls, signal: stopping }: Post) {
  const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, method: call.method, params: call.params })))
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = stopping === undefined ? timeout : AbortSignal.any([timeout, stopping])
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal })
  if (response.status === 429) {
    await response.body?.cancel()
    throw new RpcUnavailableError({ provider: name, detail: 'HTTP 429', retryAfterMs: retryAfter(response.headers.get('retry-after')) })
  }
  const text = await readText(response, maxBytes)
  if (text === undefined)
    return calls.map((): RpcReply => ({ ok: false, code: limitExceeded, message: `the answer is longer than ${maxBytes} bytes` }))
  return matchReplies({ name, text, status: response.status, calls })
}

/** Milliseconds that `Retry-After` asks for, in seconds or as a date; one second without it, never more than half a minute. */
function retryAfter(value: string | null): number {
  const seconds = value === null ? 1 : Number(value)
  const ms = Number.isNaN(seconds) ? Date.parse(value ?? '') - Date.now() : seconds * 1_000
  return Number.isNaN(ms) ? 1_000 : Math.min(Math.max(ms, 100), 30_000)
}

/** The body as text; undefined when it is too long. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  const parts: string[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.length
    if (length > maxBytes) return undefined
    parts.push(decoder.decode(chunk, { stream: true }))
  }
  return parts.join('') + decoder.decode()
}

function matchReplies({ name, text, status, calls }: Answer): readonly RpcReply[] {
  if (status === 413 && calls.length > 1)
    throw new RpcRefusedError({ provider: name, method: 'a batch', rpcCode: status, detail: 'the request is too long' })
  const parsed = parseJson(text)
  const items: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
  if (parsed === undefined || (status >= 400 && !items.every((item) => isRecord(item) && 'jsonrpc' in item)))
    throw new RpcUnavailableError({ provider: name, detail: status === 200 ? 'the body is not JSON' : `HTTP ${status}` })
  const byId = new Map<unknown, RpcReply>()
  for (const item of items) if (isRecord(item)) byId.set(item.id, toReply(item))
  const replies = calls.map((_, id) => byId.get(id))
  if (replies.includes(undefined)) throw incomplete(name, items)
  return replies.filter((reply) => reply !== undefined)
}

type Answer = Pick<Post, 'name' | 'calls'> & { text: string; status: number }

/** Why a batch has no answer for each call: it was refused as a whole, as too much or as a batch, or answers are missing. */
function incomplete(name: string, items: readonly unknown[]): RpcRefusedError | RpcUnavailableError {
  const whole = items.length === 1 && isRecord(items[0]) ? toReply(items[0]) : undefined
  if (whole === undefined || whole.ok) return new RpcUnavailableError({ provider: name, detail: 'answers are missing' })
  if (whole.code === limitExceeded || whole.code === 429)
    return new RpcUnavailableError({ provider: name, detail: whole.message, retryAfterMs: 1_000 })
  return new RpcRefusedError({ provider: name, method: 'a batch', rpcCode: whole.code, detail: whole.message })
}

function toReply(item: Record<string, unknown>): RpcReply {
  const error = item.error
  if (isRecord(error))
    return {
      ok: false,
      code: typeof error.code === 'number' ? error.code : -32_603,
      message: String(error.message),
      data: error.data,
    }
  if (!('result' in item)) return { ok: false, code: -32_603, message: 'neither result nor error' }
  return { ok: true, result: item.result }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
