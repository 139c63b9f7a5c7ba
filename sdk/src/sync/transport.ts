import { RpcUnavailableError } from './errors.ts'

/** One JSON-RPC call. */
export type RpcCall = { readonly method: string; readonly params: readonly unknown[] }

/** The answer to one call of a batch: a result, or why there is none. */
export type RpcReply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: number; readonly message: string; readonly data?: unknown }

/** A way to one provider. `send` rejects when nothing came back, and else answers every call in order. */
export type Transport = {
  /** For logs and metrics. Never the whole url: it may hold a key. */
  readonly name: string
  send(calls: readonly RpcCall[]): Promise<readonly RpcReply[]>
}

/** Longest batch that is sent in one request. */
const maxBatch = 100

/**
 * A provider behind a JSON-RPC url, with batches, a timeout, and a pause after failures that doubles up to five seconds.
 *
 * @example
 * ```ts
 * import { httpTransport } from '@hanse/sdk/sync'
 *
 * const transport = httpTransport({ url: 'http://127.0.0.1:8545' })
 * const [reply] = await transport.send([{ method: 'eth_chainId', params: [] }])
 * ```
 */
export function httpTransport({ url, timeoutMs = 5_000, fetch = globalThis.fetch, now = Date.now }: httpTransport.Parameters): Transport {
  const name = new URL(url).host
  let failures = 0
  let pausedUntil = 0

  async function post(calls: readonly RpcCall[]): Promise<readonly RpcReply[]> {
    const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, method: call.method, params: call.params })))
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.status === 429) {
      const seconds = Number(response.headers.get('retry-after') ?? '1')
      pausedUntil = now() + Math.min(Number.isFinite(seconds) ? seconds * 1000 : 1000, 30_000)
    }
    const text = await response.text()
    return matchReplies({ name, text, status: response.status, count: calls.length })
  }

  return {
    name,
    async send(calls) {
      if (now() < pausedUntil) throw new RpcUnavailableError({ provider: name, detail: 'paused after failures' })
      try {
        const replies: RpcReply[] = []
        for (let at = 0; at < calls.length; at += maxBatch) replies.push(...(await post(calls.slice(at, at + maxBatch))))
        failures = 0
        return replies
      } catch (cause) {
        failures++
        pausedUntil = Math.max(pausedUntil, now() + Math.min(50 * 2 ** failures, 5_000))
        if (cause instanceof RpcUnavailableError) throw cause
        throw new RpcUnavailableError({ provider: name, detail: cause instanceof Error ? cause.message : String(cause), cause })
      }
    },
  }
}

export declare namespace httpTransport {
  type Parameters = {
    url: string
    /** Milliseconds until a request counts as unanswered. */
    timeoutMs?: number | undefined
    fetch?: typeof globalThis.fetch | undefined
    /** Clock in milliseconds. */
    now?: (() => number) | undefined
  }
}

/**
 * A provider that is already at hand as an EIP-1193 `request` function, such as a browser wallet or a viem client.
 *
 * @example
 * ```ts
 * import { eip1193Transport } from '@hanse/sdk/sync'
 *
 * const transport = eip1193Transport({ name: 'wallet', request: (call) => window.ethereum.request(call) })
 * ```
 */
export function eip1193Transport({ name, request }: eip1193Transport.Parameters): Transport {
  return {
    name,
    send: (calls) =>
      Promise.all(
        calls.map(async (call): Promise<RpcReply> => {
          try {
            return { ok: true, result: await request(call) }
          } catch (error) {
            const { code, message, data } = isRecord(error) ? error : { code: undefined, message: String(error), data: undefined }
            return { ok: false, code: typeof code === 'number' ? code : -32_603, message: String(message), data }
          }
        }),
      ),
  }
}

export declare namespace eip1193Transport {
  type Parameters = { name: string; request: (call: RpcCall) => Promise<unknown> }
}

function matchReplies({ name, text, status, count }: { name: string; text: string; status: number; count: number }): readonly RpcReply[] {
  const parsed = parseJson(text)
  const items = Array.isArray(parsed) ? parsed : [parsed]
  if (parsed === undefined || (status >= 400 && !items.every((item) => isRecord(item) && 'jsonrpc' in item)))
    throw new RpcUnavailableError({ provider: name, detail: status === 200 ? 'the body is not JSON' : `HTTP ${status}` })
  const byId = new Map<unknown, RpcReply>()
  for (const item of items) if (isRecord(item)) byId.set(item.id, toReply(item))
  const replies = Array.from({ length: count }, (_, id) => byId.get(id))
  if (replies.includes(undefined)) {
    const whole = items.length === 1 && isRecord(items[0]) && isRecord(items[0].error) ? items[0].error : undefined
    throw new RpcUnavailableError({ provider: name, detail: whole ? `batch refused: ${String(whole.message)}` : 'answers are missing' })
  }
  return replies.filter((reply) => reply !== undefined)
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

/** Whether a value is an object whose fields can be looked at. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
