import { createServer } from 'node:http'
import { type Hex, parseTransaction } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import type { SuiteConfig } from '../../deploy/src/index.ts'
import { type Anvil, startAnvil } from '../../devnet/src/index.ts'

export const mnemonic = 'test test test test test test test test test test test junk'
export const account = (addressIndex: number) => mnemonicToAccount(mnemonic, { addressIndex })
export const deployer = account(0)

/** A suite over the given chains: deployer 0, governor 1, guardian 2, watchers 3 to 5. */
export const suiteOn = (chainIds: readonly number[]): SuiteConfig => ({
  deployer: deployer.address,
  governors: [account(1).address],
  guardians: [account(2).address],
  watchers: { members: [3, 4, 5].map((index) => account(index).address), quorum: 2 },
  chains: chainIds.map((chainId) => ({ chainId, finality: { kind: 'depth', depth: 0 } })),
})

/** Chains without anything on them, by the clock. Blocks hold all that a test sends at once: anvil forgets what does not fit. */
export const bareChains = (chainIds: readonly number[], extra: readonly string[] = []): Promise<Anvil[]> =>
  Promise.all(chainIds.map((chainId) => startAnvil({ chainId, blockTime: 0.3, gasLimit: 200_000_000, mnemonic, accounts: 10, extra })))

export const stopAll = async (chains: readonly Anvil[]): Promise<void> =>
  void (await Promise.all(chains.map((chain) => chain.process.stop())))

/** Creation code of a factory like the keyless one, for chains where that one cannot be made. */
export const factoryInitCode: Hex =
  '0x604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3'

type Request = { method: string; id: unknown; params?: readonly Hex[] }
type Interception = (request: Request, pass: () => Promise<unknown>) => Promise<unknown>

/** A node in front of another, whose operator sees every request first and decides what is answered. */
export async function startBetween(rpcUrl: string, intercept: Interception): Promise<{ url: string; stop: () => Promise<void> }> {
  const answer = (request: Request) =>
    intercept(request, async () => {
      const headers = { 'content-type': 'application/json' }
      return await (await fetch(rpcUrl, { method: 'POST', body: JSON.stringify(request), headers })).json()
    })
  const server = createServer(async (incoming, outgoing) => {
    let body = ''
    for await (const chunk of incoming) body += chunk
    const parsed = JSON.parse(body)
    const answers = Array.isArray(parsed) ? await Promise.all(parsed.map(answer)) : await answer(parsed)
    outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(answers))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new TypeError('the stand-in has no port')
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${bound.port}`, stop }
}

/** A node that refuses transactions without a chain id, as some chains do. */
export const startRefusing = (rpcUrl: string): Promise<{ url: string; stop: () => Promise<void> }> =>
  startBetween(rpcUrl, async ({ method, id, params: [raw = '0x'] = [] }, pass) => {
    if (method !== 'eth_sendRawTransaction' || parseTransaction(raw).chainId !== undefined) return await pass()
    const error = { code: -32_000, message: 'only replay-protected (EIP-155) transactions allowed over RPC' }
    return { jsonrpc: '2.0', id, error }
  })
