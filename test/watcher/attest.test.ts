import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hex, keccak256, numberToHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHead, fold, recoverSigner } from '../../sdk/src/gateway/index.ts'
import type { Finality } from '../../sdk/src/types.ts'
import { type Chain, lanesFrom } from '../../watcher/src/chain.ts'
import { parseConfig } from '../../watcher/src/config.ts'
import { createEvents } from '../../watcher/src/ops/events.ts'
import { createLogger } from '../../watcher/src/ops/log.ts'
import type { Loop } from '../../watcher/src/ops/loop.ts'
import { createMetrics } from '../../watcher/src/ops/metrics.ts'
import { realOutside } from '../../watcher/src/realOutside.ts'
import { startAttesting } from '../../watcher/src/roles/attest.ts'
import { createRpc } from '../../watcher/src/rpc/client.ts'
import { createLocalVault } from '../../watcher/src/shared/vault.ts'
import type { Attestation } from '../../watcher/src/store/attestations.ts'
import { createStore, type Store } from '../../watcher/src/store/sqlite.ts'
import type { Context } from '../../watcher/src/watcherContext.ts'

const self = privateKeyToAccount(`0x${'01'.repeat(32)}`)
const peer = privateKeyToAccount(`0x${'02'.repeat(32)}`)
const setId: Hex = `0x${'5e'.repeat(32)}`
const lower = (account: { address: string }): Hex => `0x${account.address.slice(2).toLowerCase()}`

let dataDir = ''
let store: Store
let loop: Loop | undefined

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'watcher-attest-'))
  store = createStore({ dataDir })
})

afterEach(async () => {
  await loop?.stop()
  loop = undefined
  store.close()
  rmSync(dataDir, { recursive: true })
})

const places = ['accessManager', 'timelock', 'gateway', 'watcherSet', 'agentRegistry', 'taskEscrow', 'taskPortal']

/** A watcher without network: two chains whose state is given. */
function setup({ finality = { kind: 'depth', depth: 5 }, halted = false }: { finality?: Finality; halted?: boolean } = {}) {
  const addresses = Object.fromEntries(places.map((name, index) => [name, numberToHex(index + 1, { size: 20 })]))
  const chainOf = (chainId: number) => ({
    chainId,
    rpcUrls: ['http://127.0.0.1:1'],
    finality,
    deployment: { chainId, startBlock: '1', ...addresses },
  })
  const config = parseConfig({
    name: 't',
    dataDir,
    attester: { env: 'A' },
    deliverer: { env: 'B' },
    logLevel: 'silent',
    chains: [chainOf(1), chainOf(2)],
  })
  const roster = { setId, members: [lower(self), lower(peer)], quorum: 2, masked: [] }
  const halt = halted ? ({ reason: 'finality-violated', detail: '', at: 0 } as const) : undefined
  const status = { head: 9n, headTimestamp: 0n, target: 9n, tailLength: 0, isSynced: true, blockMs: 1_000, lastError: undefined, halt }
  const final = { number: 9n, hash: emptyHead, parentHash: emptyHead, timestamp: 0n }
  const counters = { polls: 0, failures: 0, reorgs: 0, disagreements: 0, incomplete: 0, splits: 0 }
  const chains = new Map(
    config.chains.map((entry): [number, Chain] => {
      const { chainId } = entry
      const idle = { start: async () => undefined, stop: async () => undefined, step: async () => false }
      const sync = { chainId, ...idle, status: () => ({ chainId, ...status, final, counters }) }
      return [chainId, { chainId, config: entry, rpc: createRpc({ chainId, transports: [], agreement: 1 }), sync, roster }]
    }),
  )
  const lanes = config.chains.flatMap((origin) => lanesFrom({ origin, chains: config.chains }))
  const metrics = createMetrics()
  const log = createLogger({ name: 't', level: 'silent' })
  const events = createEvents()
  const context: Context = {
    config,
    store,
    vault: createLocalVault(store),
    chains,
    lanes: new Map(lanes.map((lane) => [lane.laneKey, lane])),
    attester: self,
    deliverer: undefined,
    events,
    metrics,
    log,
    outside: realOutside,
    now: () => 1,
  }
  const lane = lanes.find(({ originChainId, destinationChainId }) => originChainId === 1 && destinationChainId === 2)
  if (lane === undefined) throw new TypeError('no lane')
  const signed: Attestation[] = []
  const start = () => {
    loop = startAttesting(context, self, (attestations) => signed.push(...attestations))
  }
  const refusals = async () => metrics.signRefused.samples().map(({ labels }) => labels.reason)
  return { context, lane, signed, start, refusals }
}

/** Puts messages into a lane, the same ones for the same seed. */
function addMessages({ laneKey, count, seed = 0, from = 0 }: { laneKey: Hex; count: number; seed?: number; from?: number }): void {
  let head = store.messages.headAt({ laneKey, nonce: from }) ?? emptyHead
  for (let nonce = from; nonce < count; nonce++) {
    const leaf = keccak256(numberToHex(nonce * 1_000 + seed, { size: 32 }))
    head = fold(head, leaf)
    store.messages.add({ laneKey, nonce, leaf, head, message: undefined, block: 1, txHash: leaf, at: 0 })
  }
}

describe('attest', () => {
  it('signs the newest head and every 128th, with signatures that hold', async () => {
    const { lane, signed, start } = setup()
    addMessages({ laneKey: lane.laneKey, count: 300 })
    start()
    await vi.waitFor(() => expect(signed.map(({ nonce }) => nonce).sort((a, b) => a - b)).toEqual([128, 256, 300]))
    for (const { nonce, head, signature } of signed) {
      expect(head).toBe(store.messages.headAt({ laneKey: lane.laneKey, nonce }))
      const statement = { setId, lane: lane.lane, nonce: BigInt(nonce), head }
      expect(await recoverSigner({ statement, signature })).toBe(self.address)
      expect(store.guard.signedHead({ setId, laneKey: lane.laneKey, nonce })).toBe(head)
    }
  })

  it('signs what a peer signed and no quorum has covered', async () => {
    const { lane, signed, start, context } = setup()
    addMessages({ laneKey: lane.laneKey, count: 20 })
    const head = store.messages.headAt({ laneKey: lane.laneKey, nonce: 17 }) ?? emptyHead
    store.attestations.add({ setId, laneKey: lane.laneKey, nonce: 17, head, signer: lower(peer), signature: `0x${'00'.repeat(64)}` })
    start()
    await vi.waitFor(() => expect(signed.map(({ nonce }) => nonce).sort()).toEqual([17, 20]))
    context.events.emit('finalized', 1)
    await vi.waitFor(() => expect(signed).toHaveLength(2))
  })

  it('signs again what the guard noted but a crash kept from being signed, and the same', async () => {
    const { lane, signed, start } = setup()
    addMessages({ laneKey: lane.laneKey, count: 4 })
    const head = store.messages.headAt({ laneKey: lane.laneKey, nonce: 3 }) ?? emptyHead
    store.guard.reserve([{ setId, laneKey: lane.laneKey, nonce: 3, head, policyHeight: 9n, at: 0 }])
    start()
    await vi.waitFor(() => expect(signed.map(({ nonce }) => nonce).sort()).toEqual([3, 4]))
  })

  it.each([
    ['history-changed', { before: 5, after: 9 }],
    ['history-changed', { before: 5, after: 5 }],
    ['behind', { before: 5, after: 3 }],
  ])('refuses a lane for good: %s, %o', async (reason, { before, after }) => {
    const { lane, signed, start, refusals } = setup()
    addMessages({ laneKey: lane.laneKey, count: before })
    const head = store.messages.headAt({ laneKey: lane.laneKey, nonce: before }) ?? emptyHead
    store.guard.reserve([{ setId, laneKey: lane.laneKey, nonce: before, head, policyHeight: 9n, at: 0 }])
    store.messages.clear(lane.laneKey)
    addMessages({ laneKey: lane.laneKey, count: after, seed: 7 })
    start()
    await vi.waitFor(async () => expect(await refusals()).toContain(reason))
    expect(signed).toEqual([])
  })

  it('signs nothing under a finality weaker than the set promises, and nothing of a halted chain', async () => {
    const { lane, signed, start, refusals } = setup()
    store.policies.add({ setId, chainId: 1, finality: { kind: 'finalized' } })
    addMessages({ laneKey: lane.laneKey, count: 5 })
    start()
    await vi.waitFor(async () => expect(await refusals()).toContain('finality-too-weak'))
    expect(signed).toEqual([])
    await loop?.stop()
    const halted = setup({ finality: { kind: 'finalized' }, halted: true })
    halted.start()
    await loop?.stop()
    expect(halted.signed).toEqual([])
  })
})
