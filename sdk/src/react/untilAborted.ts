import { type ChainClient, type Client, clientOf } from '../client.ts'
import { ReadStoppedError } from '../errors/react.ts'
import type { Transport } from '../sync/rpc.ts'
import { httpTransport } from '../sync/transport.ts'
import { providersOf } from '../track/providers.ts'

/** The client for as long as somebody waits for what it reads: a read that nobody waits for any more ends with its next request. */
export function untilAborted(client: Client, signal: AbortSignal): Client {
  const connections = new Map([...client.chains.keys()].map((chainId) => [chainId, guarded(clientOf(client, chainId), signal)]))
  return { ...client, connections }
}

function guarded(connection: ChainClient, signal: AbortSignal): ChainClient {
  // viem gives each method its own type; calls are passed on as they are.
  const ask = connection.request as (call: unknown, options: unknown) => Promise<unknown>
  const request = async (call: unknown, options: unknown) => {
    if (signal.aborted) throw new ReadStoppedError()
    return ask(call, options)
  }
  // And back.
  return { ...connection, request: request as ChainClient['request'] }
}

/** The ways to a chain for a follower, who asks nothing more once it is told to stop. */
export function followersOf(
  client: Client,
  { chainId, signal }: { readonly chainId: number; readonly signal: AbortSignal },
): Omit<ReturnType<typeof providersOf>, 'rpcUrls' | 'transports'> & { readonly transports: readonly Transport[] } {
  const { rpcUrls = [], transports, ...pace } = providersOf(client, chainId)
  const ways = transports ?? rpcUrls.map((url) => httpTransport({ url, timeoutMs: pace.timeoutMs }))
  return { ...pace, transports: ways.map((way) => sendingUntil(way, signal)) }
}

function sendingUntil({ name, send }: Transport, signal: AbortSignal): Transport {
  return {
    name,
    async send(calls) {
      if (signal.aborted) throw new ReadStoppedError()
      return send(calls)
    },
  }
}
