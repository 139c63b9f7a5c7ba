import { type Chain, lanesFrom } from './chain.ts'
import { agreementOf, type ChainConfig, type Config } from './config.ts'
import { hasStatus } from './deliver/inbound.ts'
import { GenesisMismatchError, StoreUnusableError } from './errors.ts'
import { checkGenesis, startWhenKnown } from './finality/genesis.ts'
import { readRoster, takeRoster } from './finality/rosters.ts'
import { createSender, type Payer, type Sender } from './nonces/sender.ts'
import { createEvents } from './ops/events.ts'
import { type Loop, startLoop } from './ops/loop.ts'
import { countRequest, createMetrics } from './ops/metrics.ts'
import type { Outside, Server } from './outside.ts'
import { realOutside } from './realOutside.ts'
import { startAccusing } from './roles/accuse.ts'
import { startAttesting } from './roles/attest.ts'
import { startDelivering } from './roles/deliver.ts'
import { startExchanging } from './roles/exchange.ts'
import { gaugeChains } from './roles/gauges.ts'
import { type Gossip, startGossip } from './roles/gossip.ts'
import { startKeeping } from './roles/keep.ts'
import { startPruning } from './roles/prune.ts'
import { createChainSync } from './roles/sync.ts'
import { createRpc } from './rpc/client.ts'
import { isDefaultOpen } from './rpc/reads.ts'
import { serve, serveAdmin } from './serve.ts'
import { openVault } from './shared/open.ts'
import type { SharedVault } from './shared/sharedVault.ts'
import { createLocalVault } from './shared/vault.ts'
import { openKeys } from './signer/rotation.ts'
import { createStore } from './store/sqlite.ts'
import type { Context } from './watcherContext.ts'

/** A running watcher. */
export type Watcher = {
  readonly url: string | undefined
  readonly adminUrl: string | undefined
  readonly context: Context
  stop(): Promise<void>
}

/**
 * Starts a watcher with the roles of its configuration.
 *
 * @throws KeyMissingError, StoreUnusableError, GenesisMismatchError when it cannot do what it is asked to.
 * @example
 * ```ts
 * import { readConfig, startWatcher } from '@hanse/watcher'
 *
 * const watcher = await startWatcher({ config: readConfig('watcher.json'), environment: process.env })
 * console.log(watcher.url)
 * await watcher.stop()
 * ```
 */
export async function startWatcher({
  config,
  environment,
  outside = realOutside,
  reload = () => config,
}: startWatcher.Parameters): Promise<Watcher> {
  const keys = openKeys({ config, environment, outside })
  const { attester, deliverer } = keys
  const store = createStore({ dataDir: config.dataDir, openDatabase: outside.openDatabase })
  const log = outside.createLogger({ name: config.name, level: config.logLevel })
  const chains = new Map<number, Chain>()
  const lanes = new Map(config.chains.flatMap((origin) => lanesFrom({ origin, chains: config.chains })).map((lane) => [lane.laneKey, lane]))
  const parts = { events: createEvents(), metrics: createMetrics(), log, outside, now: outside.now }
  const shared = openVault({ config, environment, store, chains, lanes, deliverer, ...parts })
  const vault = shared ?? createLocalVault(store)
  const context: Context = { config, store, vault, chains, lanes, attester, deliverer, ...parts }
  const stopping = new AbortController()
  for (const entry of config.chains) chains.set(entry.chainId, createChain({ config: entry, context, signal: stopping.signal }))
  try {
    // A chain that cannot be reached now is looked at later; one that is another chain is a mistake that somebody must correct.
    await Promise.all([...chains.values()].map((chain) => checkGenesis(chain).catch(throwMismatch)))
    await shared?.check().catch(throwUnusable)
    const admin = await serveAdmin({ context, environment, rotate: (role) => keys.rotate(role, { store, reload }) })
    return await startRoles({ context, shared, admin, stopping })
  } catch (error) {
    await vault.close()
    store.close()
    throw error
  }
}

export declare namespace startWatcher {
  type Parameters = {
    config: Config
    /** Where the keys are. */
    environment: Readonly<Record<string, string | undefined>>
    /** Default: this machine. */
    outside?: Outside | undefined
    /** Reads the configuration anew, to find rotated keys. Default: what it was started with. */
    reload?: (() => Config) | undefined
  }
}

function createChain({ config, context, signal }: { config: ChainConfig; context: Context; signal: AbortSignal }): Chain {
  const { metrics, outside } = context
  const transports = outside.connect({
    chainId: config.chainId,
    urls: config.rpcUrls,
    timeoutMs: 5_000,
    observe: (event) => countRequest({ metrics, event }),
    now: outside.now,
    wait: outside.wait,
    signal,
  })
  const sync = createChainSync({ config, transports, context })
  return {
    chainId: config.chainId,
    config,
    rpc: createRpc({ chainId: config.chainId, transports, agreement: agreementOf(config), wait: outside.wait }),
    sync,
    roster: undefined,
  }
}

type Starting = { context: Context; shared: SharedVault | undefined; admin: Server | undefined; stopping: AbortController }

async function startRoles({ context, shared, admin, stopping }: Starting): Promise<Watcher> {
  const { config, chains, attester, deliverer } = context
  const has = (role: Config['roles'][number]) => config.roles.includes(role)
  const gossip = has('gossip') ? startGossip(context) : undefined
  const api = has('api') || has('gossip') ? await serve({ context, gossip }) : undefined
  const loops: Loop[] = [...chains.values()].map((chain) => followRoster(context, chain))
  loops.push(gaugeChains(context), startPruning(context))
  if (shared !== undefined) loops.push(...startSharing({ context, shared, gossip }))
  if (has('attest') && attester !== undefined)
    loops.push(startAttesting(context, attester, (attestations) => gossip?.push(attestations), gossip?.knowsPast))
  if (deliverer !== undefined) {
    const isAlive = gossip?.isAlive ?? (() => true)
    for (const chain of chains.values()) {
      const sender = createSender({ context, chain, account: deliverer, isNeeded: neededOn(context, chain) })
      loops.push(...startPaying({ context, chain, sender, isAlive, from: deliverer }))
    }
  }
  if (has('sync'))
    loops.push(...[...chains.values()].map((chain) => startWhenKnown({ chain, log: context.log, wait: context.outside.wait })))
  return { url: api?.url, adminUrl: admin?.url, context, stop: () => stopAll({ context, servers: [api, admin], gossip, loops, stopping }) }
}

type Sharing = { context: Context; shared: SharedVault; gossip: Gossip | undefined }

function startSharing({ context, shared, gossip }: Sharing): readonly Loop[] {
  const exchanging = startExchanging({ context, gossip })
  return [exchanging, shared.start({ onNews: exchanging.wake, onRestored: () => gossip?.forgetPast() })]
}

/** A store that does not answer now is asked later; one that is another watcher's is a mistake that somebody must correct. */
function throwUnusable(error: unknown): void {
  if (error instanceof StoreUnusableError) throw error
}

function throwMismatch(error: unknown): void {
  if (error instanceof GenesisMismatchError) throw error
}

type Paying = { context: Context; chain: Chain; sender: Sender; from: Payer; isAlive: (member: string) => boolean }

function startPaying(paying: Paying): readonly Loop[] {
  const { roles } = paying.context.config
  return [
    trackTransactions(paying),
    ...(roles.includes('deliver') ? [startDelivering(paying), startAccusing(paying)] : []),
    ...(roles.includes('keep') ? [startKeeping(paying)] : []),
  ]
}

/** Looks after what was sent, once a block. */
function trackTransactions({ context, chain, sender }: Paying): Loop {
  const work = async () => {
    if (chain.sync.status().halt === undefined) await sender.track()
  }
  const loop = startLoop({ name: `track ${chain.chainId}`, everyMs: 1_000, work, log: context.log, wait: context.outside.wait })
  context.events.on('head', (chainId) => {
    if (chainId === chain.chainId) loop.wake()
  })
  return loop
}

function neededOn(context: Context, chain: Chain): Parameters<typeof createSender>[0]['isNeeded'] {
  return async (purpose) => {
    // Needed by those after it alone: without any it is the last one.
    if (purpose.kind === 'fill') return false
    if (purpose.kind === 'keep')
      return isDefaultOpen({ rpc: chain.rpc, escrow: chain.config.deployment.taskEscrow, taskId: purpose.taskId, action: purpose.action })
    if (purpose.kind === 'accuse') return chain.roster?.setId === purpose.setId && !chain.roster.masked.includes(purpose.signer)
    const lane = context.lanes.get(purpose.laneKey)
    if (lane === undefined) return false
    if (purpose.kind === 'retry') return hasStatus({ chain, lane, first: purpose.nonce, count: 1, wanted: 'Failed' })
    return hasStatus({ chain, lane, first: purpose.first, count: purpose.count, wanted: 'Pending' })
  }
}

/** Milliseconds after which a roster is read again though no event says that it changed: its quorum may have come into force by time alone. */
const rosterMs = 600_000

/** Reads who vouches on a chain: at once, whenever its events say that it changed, and now and then. */
function followRoster(context: Context, chain: Chain): Loop {
  // Without its events there is only the clock.
  const everyMs = context.config.roles.includes('sync') ? rosterMs : 15_000
  let isReading = false
  const work = async () => {
    const roster = await readRoster(chain)
    isReading = true
    takeRoster({ chain, roster, events: context.events })
    isReading = false
  }
  const isEmpty = () => (chain.roster?.members.length ?? 0) === 0
  const loop = startLoop({ name: `roster ${chain.chainId}`, everyMs, work, log: context.log, wait: context.outside.wait })
  context.events.on('roster', (chainId) => {
    // What it says itself is what it just read.
    if (chainId === chain.chainId && !isReading) loop.wake()
  })
  context.events.on('head', (chainId) => {
    if (chainId === chain.chainId && isEmpty()) loop.wake()
  })
  return loop
}

type Stopping = {
  context: Context
  servers: readonly (Server | undefined)[]
  gossip: Gossip | undefined
  loops: readonly Loop[]
  stopping: AbortController
}

/** Milliseconds that requests under way have left when the watcher stops. What they were for is on disk. */
const lastRequestsMs = 1_000

async function stopAll({ context, servers, gossip, loops, stopping }: Stopping): Promise<void> {
  const stopped = new AbortController()
  void context.outside.wait(lastRequestsMs, stopped.signal).then(() => stopping.abort())
  await Promise.all([
    ...servers.map((server) => server?.stop()),
    gossip?.stop(),
    ...loops.map((loop) => loop.stop()),
    ...[...context.chains.values()].map(({ sync }) => sync.stop()),
  ])
  stopped.abort()
  await context.vault.close()
  context.store.close()
}
