import {
  type Account,
  type Chain,
  createClient as createViemClient,
  defineChain,
  fallback,
  http,
  type Transport,
  type Client as ViemClient,
} from 'viem'
import { ChainNotConfiguredError, ClientConfigError } from './errors/client.ts'
import type { Turns } from './turns.ts'
import type { Deployment, Finality } from './types.ts'

/** One chain as the client sees it. */
export type ChainConfig = {
  readonly chainId: number
  /** At least one. The first that answers is used. */
  readonly rpcUrls: readonly string[]
  /** From when on a block counts as permanent. */
  readonly finality: Finality
  readonly deployment: Deployment
  /** Instead of HTTP over `rpcUrls`: any viem transport, such as a browser wallet or an in-process chain. */
  readonly transport?: Transport
}

/** A client over many chains: plain data. Actions are free functions that take it first. */
export type Client = {
  readonly chains: ReadonlyMap<number, ChainConfig>
  readonly account: Account | undefined
  readonly pollingIntervalMs: number
  readonly timeoutMs: number
  /** The reader's clock, in milliseconds. */
  readonly now: () => number
  /** Connections opened so far. */
  readonly connections: Map<number, ChainClient>
  /** Contracts known to exist, as `chainId:address`: looked up once before the first write to each. */
  readonly seenContracts: Set<string>
  /** What each account is sending on each chain: see `inTurn`. */
  readonly turns: Turns
  /** Nonces of the last transactions that it sent, by `chainId:address`. */
  readonly sent: Map<string, readonly number[]>
}

/** The viem client of one chain. */
export type ChainClient = ViemClient<Transport, Chain>

/** What `createClient` takes. */
export type CreateClientParameters = {
  readonly chains: readonly ChainConfig[]
  /** Signs writes. Reads need none. */
  readonly account?: Account
  /** Milliseconds between two looks at a chain when waiting. Default 500. */
  readonly pollingIntervalMs?: number
  /** Milliseconds after which one request to a node counts as lost. Default 10,000. */
  readonly timeoutMs?: number
  /** The reader's clock, in milliseconds. Default the system's. Only tells how old a read is. */
  readonly now?: () => number
}

/**
 * Creates a client over many chains. Opens no connection: each chain's is opened on its first use.
 *
 * @throws ClientConfigError when a chain stands twice, has no way to be reached, or its deployment belongs to another chain.
 * @example
 * ```ts
 * import { createClient, task } from '@hanse/sdk'
 * import { privateKeyToAccount } from 'viem/accounts'
 *
 * const client = createClient({
 *   chains: [{ chainId: 31337, rpcUrls: ['http://127.0.0.1:8545'], finality: { kind: 'finalized' }, deployment }],
 *   account: privateKeyToAccount(key),
 * })
 * const { value, freshness } = await task.getTask(client, { chainId: 31337, taskId })
 * ```
 */
export function createClient({
  chains,
  account,
  pollingIntervalMs = 500,
  timeoutMs = 10_000,
  now = Date.now,
}: CreateClientParameters): Client {
  const byId = new Map<number, ChainConfig>()
  for (const chain of chains) {
    checkChain(chain)
    if (byId.has(chain.chainId)) throw new ClientConfigError(`Chain ${chain.chainId} stands twice.`, 'Merge its RPC urls into one entry.')
    byId.set(chain.chainId, chain)
  }
  const empty = { connections: new Map(), seenContracts: new Set<string>(), turns: new Map(), sent: new Map() }
  return { chains: byId, account, pollingIntervalMs, timeoutMs, now, ...empty }
}

function checkChain({ chainId, rpcUrls, deployment, transport }: ChainConfig): void {
  if (!Number.isSafeInteger(chainId) || chainId <= 0)
    throw new ClientConfigError(`Chain id ${chainId} is not a positive integer.`, 'Correct it.')
  if (rpcUrls.length === 0 && transport === undefined)
    throw new ClientConfigError(`Chain ${chainId} has no RPC url.`, 'Add at least one to `rpcUrls`.')
  if (deployment.chainId !== chainId) {
    throw new ClientConfigError(`Chain ${chainId} was given the deployment of chain ${deployment.chainId}.`, 'Give it its own record.')
  }
}

/**
 * The chain's configuration.
 *
 * @throws ChainNotConfiguredError naming the chains that are known.
 */
export function chainOf(client: Client, chainId: number): ChainConfig {
  const chain = client.chains.get(chainId)
  if (chain === undefined) throw new ChainNotConfiguredError({ chainId, knownChainIds: [...client.chains.keys()] })
  return chain
}

/**
 * The viem client of a chain, opened on first use, for `viem/actions`.
 *
 * @throws ChainNotConfiguredError naming the chains that are known.
 * @example
 * ```ts
 * import { clientOf } from '@hanse/sdk'
 * import { getBlockNumber } from 'viem/actions'
 *
 * const height = await getBlockNumber(clientOf(client, 31337))
 * ```
 */
export function clientOf(client: Client, chainId: number): ChainClient {
  const open = client.connections.get(chainId)
  if (open !== undefined) return open
  const created = connect(client, chainOf(client, chainId))
  client.connections.set(chainId, created)
  return created
}

/** Requests that go to a node together: what is asked in one turn of the event loop. Few enough for public nodes. */
const batchSize = 20

function connect(client: Client, { chainId, rpcUrls, transport }: ChainConfig): ChainClient {
  const urls = rpcUrls.map((url) => http(url, { timeout: client.timeoutMs, retryCount: 1, batch: { batchSize } }))
  const [first, ...others] = urls
  const remote = first === undefined || others.length > 0 ? fallback(urls, { retryCount: 1 }) : first
  return createViemClient({
    chain: defineChain({
      id: chainId,
      name: `chain ${chainId}`,
      nativeCurrency: { name: 'Native coin', symbol: 'COIN', decimals: 18 },
      rpcUrls: { default: { http: [...rpcUrls] } },
    }),
    transport: transport ?? remote,
    pollingInterval: client.pollingIntervalMs,
    cacheTime: 0,
  })
}
