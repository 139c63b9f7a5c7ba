import { RpcUnavailableError } from './errors.ts'
import { httpEndpoint } from './http.ts'
import { isRecord, type RpcCall, type RpcReply, type Transport } from './rpc.ts'

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
export function httpTransport({ now = Date.now, ...parameters }: httpTransport.Parameters): Transport {
  const { name, send } = httpEndpoint(parameters)
  let failures = 0
  let pausedUntil = 0
  return {
    name,
    async send(calls) {
      if (now() < pausedUntil) throw new RpcUnavailableError({ provider: name, detail: 'paused after failures' })
      try {
        const replies = await send(calls)
        failures = 0
        return replies
      } catch (cause) {
        failures++
        const wanted = cause instanceof RpcUnavailableError ? (cause.retryAfterMs ?? 0) : 0
        pausedUntil = now() + Math.max(wanted, Math.min(50 * 2 ** failures, 5_000))
        throw cause
      }
    },
  }
}

export declare namespace httpTransport {
  type Parameters = httpEndpoint.Parameters & {
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
