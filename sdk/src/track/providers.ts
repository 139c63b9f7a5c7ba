import { type Client, chainOf, clientOf } from '../client.ts'
import type { createSync } from '../sync/createSync.ts'
import { eip1193Transport } from '../sync/transport.ts'

/** The ways to a chain that the client has, as sync takes them. */
export function providersOf(
  client: Client,
  chainId: number,
): Pick<createSync.Parameters, 'chainId' | 'rpcUrls' | 'transports' | 'pollMs' | 'timeoutMs'> {
  const { rpcUrls, transport } = chainOf(client, chainId)
  const pace = { chainId, pollMs: client.pollingIntervalMs, timeoutMs: client.timeoutMs }
  if (transport === undefined) return { ...pace, rpcUrls }
  const { request } = clientOf(client, chainId)
  // viem types the methods it knows; sync asks for those of every node.
  const ask = request as (call: { readonly method: string; readonly params: readonly unknown[] }) => Promise<unknown>
  return { ...pace, transports: [eip1193Transport({ name: `chain ${chainId}`, request: ask })] }
}
