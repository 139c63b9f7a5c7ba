import { useMemo } from 'react'
import { type Connector, useConnection } from 'wagmi'
import type { Client } from '../client.ts'
import { WalletUnusableError } from '../errors/react.ts'
import { type WalletRequest, withWallet } from '../wallet.ts'
import { useClient } from './provider.ts'

/**
 * The client with the wallet that is connected through wagmi: it signs and sends, and is asked to change to the chain that a write names.
 *
 * @returns Undefined while none is connected.
 * @example
 * ```tsx
 * import { task } from '@hanse/sdk'
 * import { useWallet } from '@hanse/sdk/react'
 *
 * function Post({ chainId, terms }: { chainId: number; terms: task.Terms }) {
 *   const wallet = useWallet()
 *   return <button disabled={!wallet} onClick={() => wallet && task.open.sync(wallet, { chainId, terms })}>Post</button>
 * }
 * ```
 */
export function useWallet(): Client | undefined {
  const client = useClient()
  const { status, address, connector } = useConnection()
  return useMemo(() => {
    if (status !== 'connected' || address === undefined || connector === undefined) return undefined
    return withWallet(client, { address, request: requestOf(connector) })
  }, [client, status, address, connector])
}

/** Asks for the wallet when it is needed: what goes wrong with it is then told by the write. */
function requestOf(connector: Connector): WalletRequest {
  return async (call) => {
    const provider: unknown = await connector.getProvider()
    if (!canRequest(provider)) throw new WalletUnusableError(connector.name)
    return provider.request(call)
  }
}

function canRequest(provider: unknown): provider is { readonly request: WalletRequest } {
  return typeof provider === 'object' && provider !== null && typeof Reflect.get(provider, 'request') === 'function'
}
