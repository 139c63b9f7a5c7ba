import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Address,
  concat,
  createTestClient,
  encodeDeployData,
  type Hex,
  http,
  publicActions,
  toFunctionSelector,
  walletActions,
} from 'viem'
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import { accessManagerAbi, agentRegistryAbi, gatewayAbi, taskEscrowAbi, watcherSetAbi } from '../../../sdk/src/abis/index.ts'
import { encodeInteroperable, type Lane, messagesIn, rosterArgument } from '../../../sdk/src/gateway/index.ts'
import type { Deployment, Finality } from '../../../sdk/src/types.ts'

const require = createRequire(import.meta.url)
const root = new URL('../../../', import.meta.url).pathname
export const deployer = mnemonicToAccount('test test test test test test test test test test test junk')

/** Something that ends with the test. */
type Cleanup = () => Promise<void> | void

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new TypeError('no port'))))
    })
  })
}

/** Waits until a condition holds. */
export async function until<result>(
  what: string,
  condition: () => Promise<result | undefined | false>,
  timeoutMs = 30_000,
): Promise<result> {
  const end = Date.now() + timeoutMs
  let last: unknown
  while (Date.now() < end) {
    try {
      const found = await condition()
      if (found !== undefined && found !== false) return found
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new TypeError(`waited in vain until ${what}`, { cause: last })
}

export type TestChain = Awaited<ReturnType<typeof startChain>>

/** Starts anvil and puts gateway and watcher set on it. */
export async function startChain({
  chainId,
  blockTime,
  finality,
  cleanups,
  gasLimit = 30_000_000,
}: {
  chainId: number
  blockTime: number
  finality: Finality
  cleanups: Cleanup[]
  gasLimit?: number
}) {
  const binary = require.resolve('@foundry-rs/anvil-linux-amd64/bin/anvil')
  const port = await freePort()
  const args = ['--port', `${port}`, '--chain-id', `${chainId}`, '--slots-in-an-epoch', '2', '--gas-limit', `${gasLimit}`, '--silent']
  const child = spawn(binary, args, { stdio: 'ignore' })
  cleanups.push(() => void child.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}`
  const chain = {
    id: chainId,
    name: `${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  }
  const client = createTestClient({ account: deployer, mode: 'anvil', chain, transport: http(url), pollingInterval: 50, cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions)
  await until('anvil answers', () => client.getBlockNumber().then(() => true))
  const manager = await deploy({ client, name: 'AccessManager', abi: accessManagerAbi, args: [deployer.address] })
  const gateway = await deploy({ client, name: 'Gateway', abi: gatewayAbi, args: [manager] })
  const watcherSet = await deploy({ client, name: 'WatcherSet', abi: watcherSetAbi, args: [manager, gateway] })
  const registry = await deploy({ client, name: 'AgentRegistry', abi: agentRegistryAbi, args: [] })
  const nobody: Address = '0x00000000000000000000000000000000000000dd'
  // Nothing that the watchers are tested with has a charter, a portal or a message for the escrow.
  const parts = [manager, gateway, registry, nobody]
  const inputs = [{ type: 'constructor', stateMutability: 'nonpayable', inputs: [...parts, nobody].map(() => ({ type: 'address' })) }]
  const reviews = await deploy({ client, name: 'TaskReviews', abi: inputs, args: [...parts, nobody] })
  const assignments = await deploy({ client, name: 'TaskAssignments', abi: inputs, args: [...parts, reviews] })
  const escrow = await deploy({ client, name: 'TaskEscrow', abi: taskEscrowAbi, args: [...parts, assignments, nobody] })
  const deployment: Deployment = {
    chainId,
    startBlock: 1n,
    accessManager: manager,
    timelock: nobody,
    gateway,
    watcherSet,
    agentRegistry: registry,
    charters: nobody,
    agreements: nobody,
    taskEscrow: escrow,
    taskPortal: nobody,
  }
  /** From now on blocks come by the clock. */
  const startClock = () => client.request({ method: 'evm_setIntervalMining', params: [blockTime] })
  return { chainId, url, client, finality, deployment, startClock, child }
}

type Deployer = {
  sendTransaction: (request: { data: Hex }) => Promise<Hex>
  waitForTransactionReceipt: (request: { hash: Hex }) => Promise<{ contractAddress?: Address | null | undefined }>
}

async function deploy({
  client,
  name,
  abi,
  args,
}: {
  client: Deployer
  name: string
  abi: readonly unknown[]
  args: readonly unknown[]
}): Promise<Address> {
  const build: { bytecode: Hex } = JSON.parse(readFileSync(join(root, 'deploy/build', `${name}.json`), 'utf8'))
  return deployCode(client, encodeDeployData({ abi, bytecode: build.bytecode, args } as Parameters<typeof encodeDeployData>[0]))
}

async function deployCode(client: Deployer, data: Hex): Promise<Address> {
  const hash = await client.sendTransaction({ data })
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  if (!contractAddress) throw new TypeError('nothing was deployed')
  return contractAddress
}

const magic = toFunctionSelector('receiveMessage(bytes32,bytes,bytes)')

/** A contract that takes every message and logs its id as a topic: the oracle of what ran, and how often. */
export async function deployRecipient(chain: TestChain): Promise<Address> {
  // log1(0, 0, calldataload(4)); mstore(0, magic << 224); return(0, 32)
  const runtime = concat(['0x60043560006000a1', '0x63', magic, '0x60e01b60005260206000f3'])
  return deployCode(chain.client, initCode(runtime))
}

/** A contract that refuses every message. */
export function deployRefuser(chain: TestChain): Promise<Address> {
  return deployCode(chain.client, initCode('0x60006000fd'))
}

function initCode(runtime: Hex): Hex {
  const length = (runtime.length - 2) / 2
  return concat(['0x60', `0x${length.toString(16).padStart(2, '0')}`, '0x80600b6000396000f3', runtime])
}

export const laneOf = (origin: TestChain, destination: number): Lane => ({
  originChainId: BigInt(origin.chainId),
  originGateway: origin.deployment.gateway,
  destinationChainId: BigInt(destination),
})

/** Lets the same watchers vouch on all chains, and links every pair. */
export async function linkAll({
  chains,
  members,
  quorum,
}: {
  chains: readonly TestChain[]
  members: readonly Address[]
  quorum: number
}): Promise<void> {
  const sorted = [...members].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  const policies = chains
    .map(({ chainId, finality }) => ({ chainId: BigInt(chainId), finality }))
    .sort((a, b) => Number(a.chainId - b.chainId))
  const roster = rosterArgument({ previousSetId: `0x${'00'.repeat(32)}`, members: sorted, quorum, policies })
  await Promise.all(
    chains.map(async (chain) => {
      const { client, deployment } = chain
      const others = chains.filter((other) => other !== chain)
      const hashes = [
        await client.writeContract({ abi: watcherSetAbi, address: deployment.watcherSet, functionName: 'adopt', args: [roster] }),
      ]
      for (const other of others) {
        for (const destination of [chain.chainId, 0]) {
          const args = [laneOf(other, destination), deployment.watcherSet, 0n] as const
          hashes.push(
            await client.writeContract({ abi: gatewayAbi, address: deployment.gateway, functionName: 'linkLane', args, gas: 500_000n }),
          )
        }
      }
      for (const other of others) {
        const args = [BigInt(other.chainId)] as const
        hashes.push(
          await client.writeContract({
            abi: gatewayAbi,
            address: deployment.gateway,
            functionName: 'linkDestination',
            args,
            gas: 500_000n,
          }),
        )
      }
      for (const hash of hashes) {
        const { status } = await client.waitForTransactionReceipt({ hash })
        if (status !== 'success') throw new TypeError('linking failed')
      }
    }),
  )
}

/** Sends one message and gives its id. */
export async function send({
  origin,
  destination,
  recipient,
  payload = '0x01',
}: {
  origin: TestChain
  destination: TestChain
  recipient: Address
  payload?: Hex
}): Promise<Hex> {
  const to = encodeInteroperable({ chainId: BigInt(destination.chainId), address: recipient })
  const { gateway } = origin.deployment
  return origin.client.writeContract({
    abi: gatewayAbi,
    address: gateway,
    functionName: 'sendMessage',
    args: [to, payload, []],
    gas: 300_000n,
  })
}

/** How often each message ran at a recipient, by id. */
export async function runsAt(chain: TestChain, recipient: Address): Promise<ReadonlyMap<string, number>> {
  const logs = await chain.client.getLogs({ address: recipient, fromBlock: 0n })
  const runs = new Map<string, number>()
  for (const log of logs) runs.set(log.topics[0] ?? '', (runs.get(log.topics[0] ?? '') ?? 0) + 1)
  return runs
}

/** The ids of all messages sent from one chain to another, in the chain as it is now. */
export async function sentTo(origin: TestChain, destination: TestChain): Promise<readonly Hex[]> {
  const logs = await origin.client.getLogs({ address: origin.deployment.gateway, fromBlock: 0n })
  return messagesIn(logs, origin.deployment).flatMap(({ lane, sendId }) =>
    lane.destinationChainId === BigInt(destination.chainId) ? [sendId] : [],
  )
}

export type WatcherProcess = Awaited<ReturnType<typeof startWatcherProcess>>
export type WatcherKey = {
  readonly name: string
  readonly attester: Hex
  readonly deliverer: Hex
  readonly port: number
  readonly dataDir: string
  readonly address: Address
}

/** Keys, port and directory of a watcher to be. */
export async function createWatcherKey({ name, cleanups }: { name: string; cleanups: Cleanup[] }): Promise<WatcherKey> {
  const dataDir = mkdtempSync(join(tmpdir(), `watcher-${name}-`))
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }))
  const attester = generatePrivateKey()
  return {
    name,
    attester,
    deliverer: generatePrivateKey(),
    port: await freePort(),
    dataDir,
    address: privateKeyToAccount(attester).address,
  }
}

/** Starts a watcher as an own process. */
export async function startWatcherProcess({
  key,
  keys,
  chains,
  cleanups,
  crashAt,
  rpcUrls,
  overrides = {},
  env: more = {},
}: startWatcherProcess.Parameters) {
  const config = {
    name: key.name,
    dataDir: key.dataDir,
    listen: { port: key.port },
    peers: keys.filter((other) => other !== key).map((other) => `http://127.0.0.1:${other.port}`),
    attester: { env: 'TEST_ATTESTER' },
    deliverer: { env: 'TEST_DELIVERER' },
    gossipMs: 300,
    logLevel: process.env.TEST_LOG ?? 'error',
    chains: chains.map((chain) => ({
      chainId: chain.chainId,
      rpcUrls: rpcUrls?.(chain) ?? [chain.url],
      finality: chain.finality,
      deployment: { ...chain.deployment, startBlock: `${chain.deployment.startBlock}` },
    })),
    ...overrides,
  }
  const path = join(key.dataDir, 'config.json')
  writeFileSync(path, JSON.stringify(config))
  const hooks = crashAt === undefined ? {} : { HANSE_TEST_HOOKS: '1', HANSE_TEST_CRASH_AT: crashAt }
  const env = { ...process.env, TEST_ATTESTER: key.attester, TEST_DELIVERER: key.deliverer, ...hooks, ...more }
  const child = spawn(process.execPath, [join(root, 'watcher/src/main.ts'), '--config', path], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  cleanups.push(() => void child.kill('SIGKILL'))
  const exited = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? `${code}`)))
  const url = await Promise.race([listening(child), exited.then((how) => Promise.reject(new TypeError(`the watcher ended with ${how}`)))])
  const get = async (route: string): Promise<unknown> => (await fetch(new URL(route, url))).json()
  return { child, url, exited, get, key }
}

export declare namespace startWatcherProcess {
  type Parameters = {
    key: WatcherKey
    keys: readonly WatcherKey[]
    chains: readonly TestChain[]
    cleanups: Cleanup[]
    crashAt?: string
    rpcUrls?: (chain: TestChain) => readonly string[]
    overrides?: Record<string, unknown>
    env?: Record<string, string>
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      for (const line of text.split('\n')) {
        if (!line.startsWith('{"event":"listening"')) continue
        const { url }: { url: string } = JSON.parse(line)
        resolve(url)
      }
    })
  })
}

/** Gives the deliverers something to pay with. */
export async function fund(chains: readonly TestChain[], keys: readonly WatcherKey[]): Promise<void> {
  for (const chain of chains)
    for (const key of keys) await chain.client.setBalance({ address: privateKeyToAccount(key.deliverer).address, value: 10n ** 19n })
}

/** Chains that are linked and run by the clock, and the keys of watchers that vouch for them. */
export async function startTestWorld({ chains: wanted, watchers, quorum, cleanups }: startTestWorld.Parameters) {
  const chains = await Promise.all(wanted.map((chain) => startChain({ blockTime: 1, ...chain, cleanups })))
  const keys = await Promise.all(watchers.map((name) => createWatcherKey({ name, cleanups })))
  await linkAll({ chains, members: keys.map(({ address }) => address), quorum })
  await fund(chains, keys)
  const recipients = new Map<TestChain, Address>()
  for (const chain of chains) recipients.set(chain, await deployRecipient(chain))
  for (const chain of chains) await chain.startClock()
  const recipientOf = (chain: TestChain): Address => recipients.get(chain) ?? deployer.address
  return { chains, keys, recipientOf }
}

export declare namespace startTestWorld {
  type Parameters = {
    chains: readonly { chainId: number; finality: Finality; blockTime?: number; gasLimit?: number }[]
    watchers: readonly string[]
    quorum: number
    cleanups: Cleanup[]
  }
}

/** The item at a place that must be there. */
export function at<item>(items: readonly item[], index: number): item {
  const found = items[index]
  if (found === undefined) throw new TypeError(`nothing at ${index}`)
  return found
}

/** Ends a process and waits for its end. */
export async function kill(process: { child: ChildProcess; exited: Promise<string> }, signal: NodeJS.Signals): Promise<string> {
  process.child.kill(signal)
  return process.exited
}

/** Replaces the last blocks of a chain by empty ones. What was in them is gone. */
export async function reorg(chain: TestChain, depth: number): Promise<void> {
  // viem's types know another form of this call than anvil takes.
  await chain.client.request({ method: 'anvil_reorg', params: [depth, []] } as never)
}
