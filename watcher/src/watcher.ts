import { type Chain, lanesFrom } from './chain.ts'
import { agreementOf, type ChainConfig, type Config } from './config.ts'
import { hasStatus } from './deliver/inbound.ts'
import { GenesisMismatchError } from './errors.ts'
import { checkGenesis, startWhenKnown } from './finality/genesis.ts'
import { refreshRoster } from './finality/rosters.ts'
import { createSender, type Sender } from './nonces/sender.ts'
import { createEvents } from './ops/events.ts'
import { type Loop, startLoop } from './ops/loop.ts'
import { countRequest, createMetrics } from './ops/metrics.ts'
import type { HeadSigner, Outside, Server, TransactionSigner } from './outside.ts'
import { realOutside } from './realOutside.ts'
import { startAccusing } from './roles/accuse.ts'
import { respond } from './roles/apiRoutes.ts'
import { startAttesting } from './roles/attest.ts'
import { startDelivering } from './roles/deliver.ts'
import { gaugeChains } from './roles/gauges.ts'
import { type Gossip, startGossip } from './roles/gossip.ts'
import { startKeeping } from './roles/keep.ts'
import { createChainSync } from './roles/sync.ts'
import { createRpc } from './rpc/client.ts'
import { isDefaultOpen } from './rpc/reads.ts'
import { createStore } from './store/sqlite.ts'
import type { Context } from './watcherContext.ts'

/** A running watcher. */
export type Watcher = { readonly url: string | undefined; readonly context: Context; stop(): Promise<void> }

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
export async function startWatcher({ config, environment, outside = realOutside }: startWatcher.Parameters): Promise<Watcher> {
  const account = (role: 'attester' | 'deliverer'): (HeadSigner & TransactionSigner) | undefined => {
    const key = config[role]
    return key === undefined ? undefined : outside.openAccount({ role, key, environment })
  }
  const [attester, deliverer] = [account('attester'), account('deliverer')]
  const store = createStore({ dataDir: config.dataDir, openDatabase: outside.openDatabase })
  const log = outside.createLogger({ name: config.name, level: config.logLevel })
  const chains = new Map<number, Chain>()
  const lanes = new Map(config.chains.flatMap((origin) => lanesFrom({ origin, chains: config.chains })).map((lane) => [lane.laneKey, lane]))
  const parts = { events: createEvents(), metrics: createMetrics(), log, outside, now: outside.now }
  const context: Context = { config, store, chains, lanes, attester, deliverer, ...parts }
  for (const entry of config.chains) chains.set(entry.chainId, createChain({ config: entry, context }))
  try {
    // A chain that cannot be reached now is looked at later; one that is another chain is a mistake that somebody must correct.
    await Promise.all([...chains.values()].map((chain) => checkGenesis(chain).catch(throwMismatch)))
    return await startRoles(context)
  } catch (error) {
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
  }
}

function createChain({ config, context }: { config: ChainConfig; context: Context }): Chain {
  const { metrics, outside } = context
  const transports = outside.connect({
    chainId: config.chainId,
    urls: config.rpcUrls,
    timeoutMs: 5_000,
    observe: (event) => countRequest({ metrics, event }),
    now: outside.now,
    wait: outside.wait,
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

async function startRoles(context: Context): Promise<Watcher> {
  const { config, chains, attester, deliverer } = context
  const has = (role: Config['roles'][number]) => config.roles.includes(role)
  const gossip = has('gossip') ? startGossip(context) : undefined
  const api = has('api') || has('gossip') ? await serve({ context, gossip }) : undefined
  const loops: Loop[] = [...chains.values()].map((chain) => followRoster(context, chain))
  loops.push(gaugeChains(context))
  if (has('attest') && attester !== undefined) loops.push(startAttesting(context, attester, (attestations) => gossip?.push(attestations)))
  if (deliverer !== undefined) {
    const isAlive = gossip?.isAlive ?? (() => true)
    for (const chain of chains.values()) {
      const sender = createSender({ context, chain, account: deliverer, isNeeded: neededOn(context, chain) })
      loops.push(...startPaying({ context, chain, sender, from: deliverer.address, isAlive }))
    }
  }
  if (has('sync'))
    loops.push(...[...chains.values()].map((chain) => startWhenKnown({ chain, log: context.log, wait: context.outside.wait })))
  return { url: api?.url, context, stop: () => stopAll({ context, api, gossip, loops }) }
}

function serve({ context, gossip }: { context: Context; gossip: Gossip | undefined }): Promise<Server> {
  const { registry } = context.metrics
  return context.outside.listen({
    ...context.config.listen,
    log: context.log,
    respond: (request) => respond({ context, gossip, ...request }),
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  })
}

function throwMismatch(error: unknown): void {
  if (error instanceof GenesisMismatchError) throw error
}

type Paying = { context: Context; chain: Chain; sender: Sender; from: `0x${string}`; isAlive: (member: string) => boolean }

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
  const work = () => refreshRoster({ chain, events: context.events })
  const isEmpty = () => (chain.roster?.members.length ?? 0) === 0
  const loop = startLoop({ name: `roster ${chain.chainId}`, everyMs, work, log: context.log, wait: context.outside.wait })
  context.events.on('roster', (chainId) => {
    if (chainId === chain.chainId) loop.wake()
  })
  context.events.on('head', (chainId) => {
    if (chainId === chain.chainId && isEmpty()) loop.wake()
  })
  return loop
}

async function stopAll({
  context,
  api,
  gossip,
  loops,
}: {
  context: Context
  api: Server | undefined
  gossip: Gossip | undefined
  loops: readonly Loop[]
}): Promise<void> {
  await Promise.all([
    api?.stop(),
    gossip?.stop(),
    ...loops.map((loop) => loop.stop()),
    ...[...context.chains.values()].map(({ sync }) => sync.stop()),
  ])
  context.store.close()
}
