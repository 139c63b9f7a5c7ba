import { type Address, custom, type EIP1193RequestFn, numberToHex } from 'viem'
import { type ChainConfig, type Client, clientOf } from './client.ts'

/** A wallet's way to be asked: EIP-1193. */
export type WalletRequest = (call: { readonly method: string; readonly params?: readonly unknown[] }) => Promise<unknown>

/** What `withWallet` takes. */
export type WithWalletParameters = {
  /** The account that the wallet signs for. */
  readonly address: Address
  /** Such as that of `window.ethereum`. */
  readonly request: WalletRequest
}

/**
 * A client that reads the chains as before, and has a wallet sign and send: one in the browser, or behind WalletConnect. Before a transaction
 * the wallet is asked to change to its chain, and told of the chain if it does not know it.
 *
 * @example
 * ```ts
 * import { task, withWallet } from '@hanse/sdk'
 *
 * const [address] = await window.ethereum.request({ method: 'eth_requestAccounts' })
 * const signer = withWallet(client, { address, request: window.ethereum.request })
 * const { event } = await task.open.sync(signer, { chainId: 1, terms })
 * ```
 */
export function withWallet(client: Client, { address, request }: WithWalletParameters): Client {
  const chains = new Map([...client.chains].map(([chainId, chain]) => [chainId, { ...chain, transport: through(client, chain, request) }]))
  return { ...client, chains, account: { address, type: 'json-rpc' }, connections: new Map(), turns: new Map() }
}

/** Asks the wallet for what only it can do, and the nodes for the rest. */
function through(client: Client, { chainId, rpcUrls }: ChainConfig, wallet: WalletRequest) {
  // viem types the methods it knows; these are passed on whatever they are.
  const node = clientOf(client, chainId).request as EIP1193RequestFn as WalletRequest
  const onChain = async () => {
    const wanted = numberToHex(chainId)
    if (Number(await wallet({ method: 'eth_chainId' })) === chainId) return
    try {
      await wallet({ method: 'wallet_switchEthereumChain', params: [{ chainId: wanted }] })
    } catch (error) {
      if (!isUnknownChain(error)) throw error
      const nativeCurrency = { name: 'Native coin', symbol: 'COIN', decimals: 18 }
      const chain = { chainId: wanted, chainName: `chain ${chainId}`, rpcUrls, nativeCurrency }
      await wallet({ method: 'wallet_addEthereumChain', params: [chain] })
    }
  }
  const request = async (call: { readonly method: string; readonly params?: readonly unknown[] }) => {
    if (!isForWallet(call.method)) return node(call)
    await onChain()
    return wallet(call)
  }
  return custom({ request }, { retryCount: 0 })
}

/** What needs a key. */
function isForWallet(method: string): boolean {
  return /^(eth_sendTransaction|eth_sign\w*|personal_sign|wallet_\w+)$/.test(method)
}

/** The wallet was not told of the chain yet. Some wallets hide the code in what they wrap. */
function isUnknownChain(error: unknown): boolean {
  const codeOf = (value: unknown) => (typeof value === 'object' && value !== null ? Reflect.get(value, 'code') : undefined)
  const data: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'data') : undefined
  const original: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'originalError') : undefined
  return codeOf(error) === 4902 || codeOf(original) === 4902
}
