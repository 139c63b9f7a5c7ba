import type { JsonRpcApiProvider } from 'ethers'
import { type CustomTransport, custom, RpcRequestError } from 'viem'
import type { WalletRequest } from '../wallet.ts'

/** A provider of ethers that passes requests on: `JsonRpcProvider`, `BrowserProvider`, `WebSocketProvider`. */
export type EthersProvider = Pick<JsonRpcApiProvider, 'send'>

/**
 * A provider of ethers as the way to a chain.
 *
 * @example
 * ```ts
 * import { createClient } from '@hanse/sdk'
 * import { ethersTransport } from '@hanse/sdk/ethers'
 * import { JsonRpcProvider } from 'ethers'
 *
 * const transport = ethersTransport(new JsonRpcProvider('http://127.0.0.1:8545'))
 * const client = createClient({ chains: [{ chainId: 1, rpcUrls: [], transport, finality: { kind: 'finalized' }, deployment }] })
 * ```
 */
export function ethersTransport(provider: EthersProvider): CustomTransport {
  return custom({ request: requestOf(provider) }, { retryCount: 0 })
}

/** Asks a provider, and gives what the node said when it refused: ethers wraps that into errors of its own. */
export function requestOf(provider: EthersProvider): WalletRequest {
  return async ({ method, params = [] }) => {
    try {
      return await provider.send(method, [...params])
    } catch (error) {
      const refusal = refusalIn(error)
      if (refusal === undefined) throw error
      throw new RpcRequestError({ body: { method, params }, error: refusal, url: 'ethers' })
    }
  }
}

type Refusal = { readonly code: number; readonly message: string; readonly data?: unknown }

/** The JSON-RPC error in an error of ethers: as `error`, or one level further in. */
function refusalIn(error: unknown): Refusal | undefined {
  const candidates = [property(error, 'error'), property(property(error, 'info'), 'error'), property(property(error, 'error'), 'error')]
  return candidates.find(isRefusal)
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function isRefusal(value: unknown): value is Refusal {
  return typeof property(value, 'code') === 'number' && typeof property(value, 'message') === 'string'
}
