import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { numberToHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { emptyHead } from '../../../sdk/src/gateway/index.ts'
import { type Chain, lanesFrom } from '../../../watcher/src/chain.ts'
import { parseConfig } from '../../../watcher/src/config.ts'
import { createEvents } from '../../../watcher/src/ops/events.ts'
import { createLogger } from '../../../watcher/src/ops/log.ts'
import { createMetrics } from '../../../watcher/src/ops/metrics.ts'
import { realOutside } from '../../../watcher/src/realOutside.ts'
import { createRpc } from '../../../watcher/src/rpc/client.ts'
import { createLocalVault } from '../../../watcher/src/shared/vault.ts'
import { createStore } from '../../../watcher/src/store/sqlite.ts'
import type { Context } from '../../../watcher/src/watcherContext.ts'

const places = ['accessManager', 'timelock', 'gateway', 'watcherSet', 'agentRegistry', 'taskEscrow', 'taskPortal']

/** A configuration of two chains that nobody serves. */
export function configFor({ dataDir, ...changes }: { dataDir: string; [key: string]: unknown }) {
  const addresses = Object.fromEntries(places.map((name, index) => [name, numberToHex(index + 1, { size: 20 })]))
  const chainOf = (chainId: number) => ({
    chainId,
    rpcUrls: ['http://127.0.0.1:1'],
    finality: { kind: 'depth', depth: 5 },
    deployment: { chainId, startBlock: '1', ...addresses },
  })
  const keys = { attester: { env: 'A' }, deliverer: { env: 'B' } }
  return { name: 't', dataDir, ...keys, logLevel: 'silent', chains: [chainOf(1), chainOf(2)], ...changes }
}

/** A watcher without network: two chains at block 9, and a store of its own. */
export function createTestContext({ now = () => 1 }: { now?: () => number } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'watcher-context-'))
  const config = parseConfig(configFor({ dataDir }))
  const store = createStore({ dataDir })
  const attester = privateKeyToAccount(`0x${'01'.repeat(32)}`)
  const roster = { setId: numberToHex(5, { size: 32 }), members: [], quorum: 2, masked: [] }
  const final = { number: 9n, hash: emptyHead, parentHash: emptyHead, timestamp: 0n }
  const counters = { polls: 0, failures: 0, reorgs: 0, disagreements: 0, incomplete: 0, splits: 0 }
  const state = {
    head: 9n,
    headTimestamp: 0n,
    target: 9n,
    tailLength: 0,
    isSynced: true,
    blockMs: 1_000,
    lastError: undefined,
    halt: undefined,
    counters,
  }
  const idle = { start: async () => undefined, stop: async () => undefined, step: async () => false }
  const chains = new Map(
    config.chains.map((entry): [number, Chain] => {
      const { chainId } = entry
      const sync = { chainId, ...idle, status: () => ({ chainId, ...state, final }) }
      return [chainId, { chainId, config: entry, rpc: createRpc({ chainId, transports: [], agreement: 1 }), sync, roster }]
    }),
  )
  const lanes = config.chains.flatMap((origin) => lanesFrom({ origin, chains: config.chains }))
  const context: Context = {
    config,
    store,
    vault: createLocalVault(store),
    chains,
    lanes: new Map(lanes.map((lane) => [lane.laneKey, lane])),
    attester,
    deliverer: undefined,
    events: createEvents(),
    metrics: createMetrics(),
    log: createLogger({ name: 't', level: 'silent' }),
    outside: realOutside,
    now,
  }
  const close = () => {
    store.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { context, lanes, close }
}
