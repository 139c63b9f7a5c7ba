import { createClient as createViemClient, fallback, http } from 'viem'
import { type ChainClient, type Client, chainOf, clientOf } from '../client.ts'

/** A connection that sends what is asked for at once in one request. A transport of the client's own stays as it is. */
export function batching(client: Client, chainId: number): ChainClient {
  const { rpcUrls, transport } = chainOf(client, chainId)
  const open = clientOf(client, chainId)
  if (transport !== undefined) return open
  const urls = rpcUrls.map((url) => http(url, { timeout: client.timeoutMs, retryCount: 1, batch: true }))
  return createViemClient({ chain: open.chain, transport: fallback(urls, { retryCount: 1 }), cacheTime: 0 })
}
