import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applySuite, committedCreationCodes, planSuite, type SuiteConfig, type SuitePlan } from '@hanse/deploy'
import type { Deployment } from '@hanse/sdk'
import type { Address } from 'viem'
import { accountIndex, devAccount, devMnemonic, userAccount } from './accounts.ts'
import { type Anvil, startAnvil } from './anvil.ts'
import { WorldMemberUnknownError } from './errors.ts'
import { call, devTokenAddress, type Faucet, startFaucet } from './faucet.ts'
import type { WorldInfo } from './info.ts'
import { type RpcFault, type RpcProxy, startRpcProxy } from './rpcProxy.ts'
import { type CompleteRules, completeRules, type WorldRules } from './rules.ts'
import { startWatchers, type WatcherGroup } from './watchers.ts'

/** A running world. It ends with this process, however that ends. */
export type World = {
  /** Plain data, for other processes. */
  info: WorldInfo
  plan: SuitePlan
  /** Every process of the world. */
  pids: () => readonly { name: string; pid: number }[]
  /** SIGKILLs a watcher. */
  kill: (watcher: string) => Promise<void>
  /** Starts a killed watcher again on its own data. `env` adds to its environment. */
  restart: (watcher: string, parameters?: { env?: Record<string, string> }) => Promise<void>
  /** Replaces the newest `depth` blocks of a chain by others; their transactions are gone. Waits until these are not blocks of the world's making. */
  reorg: (parameters: { chainId: number; depth: number }) => Promise<void>
  /** Gives tokens and native coin (base units) to any account. */
  fund: (parameters: { chainId: number; account: Address; tokens?: bigint; native?: bigint }) => Promise<void>
  /** Ends every process and removes every file of the world. May be called twice. */
  stop: () => Promise<void>
  /** Makes a chain stand still, answering nobody, or go on. */
  halt: (chainId: number, isHalted: boolean) => void
  /** Makes the node that the watchers of a chain ask slow, or a liar. Only with `proxies`. */
  disturb: (chainId: number, fault: RpcFault) => void
  /** What is wrong with each chain, of what this world brought about. */
  health: () => readonly { chainId: number; isHalted: boolean; rpcFault: RpcFault }[]
}

/** How far the start of a world is. */
export type WorldPhase = 'chains' | 'contracts' | 'watchers' | 'ready'

/**
 * Starts chains with their own rules, deploys and links the suite, funds the accounts and starts watchers. Blocks come by the clock from
 * the first one on. The deployer of a world hands over to the development governor and guardian, with the delays of production.
 *
 * @throws WorldInvalidError naming the field that is wrong; AnvilMissingError; ProcessStartError. Whatever was started is stopped.
 * @example
 * ```ts
 * import { startWorld } from '@hanse/devnet'
 *
 * const world = await startWorld({
 *   chains: [
 *     { chainId: 1001, blockTime: 0.5 },
 *     { chainId: 1002, blockTime: 1, finality: { kind: 'depth', depth: 3 } },
 *     { chainId: 1003, blockTime: 2, finality: { kind: 'finalized' } },
 *   ],
 *   watchers: 3,
 *   quorum: 2,
 * })
 * await world.stop()
 * ```
 */
export async function startWorld(parameters: startWorld.Parameters): Promise<World> {
  const rules = completeRules(parameters)
  const directory = parameters.directory ?? mkdtempSync(join(tmpdir(), 'hanse-world-'))
  mkdirSync(directory, { recursive: true })
  const running: Running = {
    directory,
    anvils: [],
    proxies: [],
    halted: new Set(),
    watchers: undefined,
    removeFiles: () => rmSync(directory, { recursive: true, force: true }),
  }
  // Whoever ends this process in the middle leaves no files either; the children end by themselves.
  process.once('exit', running.removeFiles)
  try {
    return await build({ ...parameters, rules, running })
  } catch (error) {
    await stopRunning(running)
    throw error
  }
}

export namespace startWorld {
  export type Parameters = WorldRules & {
    onPhase?: (phase: WorldPhase) => void
    /** Each line that a process of the world prints. */
    onLine?: (process: string, line: string) => void
    /** Added to the configuration of every watcher. */
    watcherSettings?: Readonly<Record<string, unknown>>
    /** Where its files go; removed at the end. Default: a temporary directory. */
    directory?: string
    /** Ends the start when aborted; whatever was started is stopped. */
    signal?: AbortSignal
    /** Whether the watchers ask their chains through nodes that can be made to fail. Default: no. */
    proxies?: boolean
  }
}

type Running = {
  directory: string
  anvils: Anvil[]
  /** One in front of each chain, in the same order; empty without `proxies`. */
  proxies: RpcProxy[]
  /** Ids of the chains that stand still. */
  halted: Set<number>
  watchers: WatcherGroup | undefined
  removeFiles: () => void
}

async function build(parameters: startWorld.Parameters & { rules: CompleteRules; running: Running }): Promise<World> {
  const { rules, running, onPhase = () => {}, onLine, watcherSettings, signal } = parameters
  onPhase('chains')
  await startChains({ rules, running, onLine })
  signal?.throwIfAborted()
  onPhase('contracts')
  const plan = planSuite({ config: suiteOf(rules), creationCodes: committedCreationCodes() })
  const users = Array.from({ length: rules.users }, (_, index) => userAccount(index).address)
  const work = Promise.all([
    applySuite({ plan, chains: running.anvils, account: devAccount(accountIndex.deployer), pollingIntervalMs: 100 }),
    Promise.all(running.anvils.map(({ chainId, rpcUrl }) => startFaucet({ chainId, rpcUrl, users }))),
  ])
  const [deployments, faucets] = await unlessAborted(work, signal)
  const heights = await Promise.all(running.anvils.map(({ rpcUrl }) => heightOf(rpcUrl)))
  const chains = chainInfos({ rules, running, deployments })
  onPhase('watchers')
  if (parameters.proxies) running.proxies = await Promise.all(running.anvils.map(startRpcProxy))
  if (rules.watchers > 0) {
    const settings = watcherSettings
    const asked = chains.map((chain, index) => ({ ...chain, rpcUrls: urlsForWatchers(chain, running.proxies[index]) }))
    running.watchers = await startWatchers({ rules, chains: asked, directory: running.directory, onLine, settings })
  }
  const watchers = running.watchers?.list().map(({ name, url }) => ({ name, url })) ?? []
  onPhase('ready')
  return worldOf({ running, plan, faucets, heights, info: { chains, watchers, token: devTokenAddress } })
}

/** Blocks may be a minute apart: whoever ends the start does not wait for them. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

const urlsForWatchers = ({ rpcUrls }: WorldInfo['chains'][number], proxy: RpcProxy | undefined): readonly string[] =>
  proxy === undefined ? rpcUrls : [proxy.url]

async function startChains({
  rules,
  running,
  onLine,
}: {
  rules: CompleteRules
  running: Running
  onLine: startWorld.Parameters['onLine']
}): Promise<void> {
  const results = await Promise.allSettled(
    rules.chains.map(({ chainId, blockTime, slotsInEpoch, gasLimit }) =>
      startAnvil({
        ...{ chainId, blockTime, slotsInEpoch, gasLimit, mnemonic: devMnemonic, accounts: accountIndex.user + rules.users },
        onLine: onLine === undefined ? undefined : (line) => onLine(`chain-${chainId}`, line),
      }),
    ),
  )
  for (const result of results) if (result.status === 'fulfilled') running.anvils.push(result.value)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

/** What is deployed in a world under these rules. */
export function suiteOfRules(rules: WorldRules): SuiteConfig {
  return suiteOf(completeRules(rules))
}

function suiteOf({ chains, members, quorum }: CompleteRules): SuiteConfig {
  return {
    deployer: devAccount(accountIndex.deployer).address,
    governors: [devAccount(accountIndex.governor).address],
    guardians: [devAccount(accountIndex.guardian).address],
    watchers: { members: Array.from({ length: members }, (_, index) => devAccount(accountIndex.attester + index).address), quorum },
    chains: chains.map(({ chainId, finality }) => ({ chainId, finality })),
  }
}

function chainInfos({
  rules,
  running,
  deployments,
}: {
  rules: CompleteRules
  running: Running
  deployments: readonly Deployment[]
}): WorldInfo['chains'] {
  return rules.chains.flatMap(({ chainId, finality, blockTime }) => {
    const deployment = deployments.find((candidate) => candidate.chainId === chainId)
    const rpcUrls = running.anvils.filter((anvil) => anvil.chainId === chainId).map(({ rpcUrl }) => rpcUrl)
    return deployment === undefined
      ? []
      : [{ chainId, rpcUrls, finality, blockTime, deployment: { ...deployment, startBlock: String(deployment.startBlock) } }]
  })
}

function worldOf({
  running,
  plan,
  faucets,
  heights,
  info,
}: {
  running: Running
  plan: SuitePlan
  faucets: readonly Faucet[]
  /** Of the chains when the world was built: no reorganisation reaches below. */
  heights: readonly number[]
  info: WorldInfo
}): World {
  const indexOf = (chainId: number): number => {
    const index = running.anvils.findIndex((anvil) => anvil.chainId === chainId)
    if (index < 0)
      throw new WorldMemberUnknownError({ member: `chain ${chainId}`, known: running.anvils.map((anvil) => String(anvil.chainId)) })
    return index
  }
  const watchers = (name: string): WatcherGroup => {
    if (running.watchers === undefined) throw new WorldMemberUnknownError({ member: `watcher ${name}`, known: [] })
    return running.watchers
  }
  return {
    info,
    plan,
    pids: () => [
      ...running.anvils.map(({ chainId, process: { pid } }) => ({ name: `chain-${chainId}`, pid })),
      ...(running.watchers?.list() ?? []).flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }])),
    ],
    kill: (name) => watchers(name).kill(name),
    restart: (name, options) => watchers(name).restart(name, options),
    async reorg({ chainId, depth }) {
      const index = indexOf(chainId)
      const { rpcUrl } = running.anvils[index] ?? { rpcUrl: '' }
      const floor = (heights[index] ?? 0) + depth
      while ((await heightOf(rpcUrl)) < floor) await new Promise((resolve) => setTimeout(resolve, 50))
      await call({ rpcUrl, method: 'anvil_reorg', params: [depth, []] })
    },
    async fund({ chainId, ...rest }) {
      await faucets[indexOf(chainId)]?.fund(rest)
    },
    ...troubles(running, indexOf),
    stop: () => stopRunning(running),
  }
}

/** What can be made to go wrong with the chains of a world, and be made good again. */
function troubles({ anvils, proxies, halted }: Running, indexOf: (chainId: number) => number): Pick<World, 'halt' | 'disturb' | 'health'> {
  return {
    halt(chainId, isHalted) {
      anvils[indexOf(chainId)]?.process.signal(isHalted ? 'SIGSTOP' : 'SIGCONT')
      if (isHalted) halted.add(chainId)
      else halted.delete(chainId)
    },
    disturb(chainId, fault) {
      const proxy = proxies[indexOf(chainId)]
      if (proxy === undefined) throw new WorldMemberUnknownError({ member: `proxy of chain ${chainId}`, known: [] })
      proxy.set(fault)
    },
    health: () => anvils.map(({ chainId }, index) => ({ chainId, isHalted: halted.has(chainId), rpcFault: proxies[index]?.fault() ?? {} })),
  }
}

async function heightOf(rpcUrl: string): Promise<number> {
  return Number(await call({ rpcUrl, method: 'eth_blockNumber', params: [] }))
}

/** Watchers first: they need the chains to end in good order. */
async function stopRunning({ anvils, proxies, watchers, removeFiles }: Running): Promise<void> {
  await watchers?.stop()
  await Promise.all(proxies.map((proxy) => proxy.stop()))
  await Promise.all(anvils.map((anvil) => anvil.process.stop({ graceMs: 500 })))
  process.off('exit', removeFiles)
  removeFiles()
}
