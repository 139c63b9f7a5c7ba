/** What a wallet in the browser needs to know. */
export type InjectedWallet = {
  readonly address: string
  /** By chain id. The account is unlocked there. */
  readonly rpcUrls: Readonly<Record<string, string>>
  /** On which chain it is at first. */
  readonly chainId: number
}

/** Runs in the page: a wallet that says yes to everything once it was asked to connect, announced as EIP-6963 says. */
export function injectWallet({ address, rpcUrls, chainId }: InjectedWallet): void {
  let chain = chainId
  let isKnown = false
  const listeners = new Map<string, ((value: unknown) => void)[]>()
  const own: Readonly<Record<string, (params: readonly unknown[]) => unknown>> = {
    eth_requestAccounts: () => {
      isKnown = true
      return [address]
    },
    eth_accounts: () => (isKnown ? [address] : []),
    eth_chainId: () => `0x${chain.toString(16)}`,
    wallet_requestPermissions: () => {
      isKnown = true
      return [{ parentCapability: 'eth_accounts', caveats: [{ type: 'restrictReturnedAccounts', value: [address] }] }]
    },
    wallet_switchEthereumChain: ([wanted]) => {
      chain = Number(Reflect.get(Object(wanted), 'chainId'))
      for (const listener of listeners.get('chainChanged') ?? []) listener(`0x${chain.toString(16)}`)
      return null
    },
  }
  const ask = async (method: string, params: readonly unknown[]) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const response = await fetch(rpcUrls[chain] ?? '', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const { result, error } = await response.json()
    if (error !== undefined) throw Object.assign(new Error(error.message), error)
    return result
  }
  const provider = {
    request: async ({ method, params = [] }: { readonly method: string; readonly params?: readonly unknown[] }) =>
      own[method]?.(params) ?? (method in own ? null : ask(method, params)),
    on: (name: string, listener: (value: unknown) => void) => void listeners.set(name, [...(listeners.get(name) ?? []), listener]),
    removeListener: (name: string, listener: (value: unknown) => void) =>
      void listeners.set(
        name,
        (listeners.get(name) ?? []).filter((one) => one !== listener),
      ),
  }
  const info = { uuid: '2f7b6c1e-6b1c-4c86-9d5e-0d7a5e1d9a10', name: 'Test wallet', icon: 'data:image/svg+xml,', rdns: 'test.wallet' }
  const announce = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }))
  addEventListener('eip6963:requestProvider', announce)
  announce()
}
