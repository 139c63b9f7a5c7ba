import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProvidersDisagreeError, type RpcReply, type Transport } from '../../sdk/src/sync/index.ts'
import { parseConfig } from '../../watcher/src/config.ts'
import { planBatches } from '../../watcher/src/deliver/plan.ts'
import { rankOf } from '../../watcher/src/deliver/rank.ts'
import { ConfigInvalidError, SignConflictError, StoreUnusableError } from '../../watcher/src/errors.ts'
import { isStrictEnough } from '../../watcher/src/finality/rosters.ts'
import { decodeTerms, encodeTerms } from '../../watcher/src/keep/terms.ts'
import { bumpFees } from '../../watcher/src/nonces/fees.ts'
import { createRpc } from '../../watcher/src/rpc/client.ts'
import { createStore, type Store } from '../../watcher/src/store/sqlite.ts'

const hash = (seed: number): Hex => `0x${seed.toString(16).padStart(64, '0')}`
const address = (seed: number): Address => `0x${seed.toString(16).padStart(40, '0')}`
const message = { sender: address(1), recipient: address(2), gasLimit: 200_000, deliverBefore: 0, payload: '0x01' } as const

describe('planBatches', () => {
  it('keeps every message once, in order, without gaps inside a batch, and within the limits unless one alone exceeds them', () => {
    const item = fc.record({ nonce: fc.nat(400), gasLimit: fc.integer({ min: 1, max: 5_000_000 }), length: fc.nat(2_000) })
    const limits = { gas: 6_000_000n, messages: 7, bytes: 4_000 }
    fc.assert(
      fc.property(fc.uniqueArray(item, { selector: ({ nonce }) => nonce, maxLength: 80 }), (items) => {
        const messages = items
          .sort((a, b) => a.nonce - b.nonce)
          .map(({ nonce, gasLimit, length }) => ({
            nonce,
            message: { ...message, gasLimit, payload: `0x${'00'.repeat(length)}` as const },
          }))
        const batches = planBatches({ messages, limits })
        expect(batches.flat().map(({ nonce }) => nonce)).toEqual(messages.map(({ nonce }) => nonce))
        for (const batch of batches) {
          expect(batch.every(({ nonce }, index) => nonce === (batch[0]?.nonce ?? 0) + index)).toBe(true)
          const gas = batch.reduce((sum, entry) => sum + BigInt(entry.message.gasLimit), 0n)
          expect(batch.length === 1 || (gas <= limits.gas && batch.length <= limits.messages)).toBe(true)
        }
      }),
      { seed: 7 },
    )
  })
})

describe('rankOf', () => {
  const members = [1, 2, 3, 4, 5].map(address)

  it('gives every member another place, the same from wherever it is asked', () => {
    for (let nonce = 0; nonce < 2_000; nonce += 37) {
      const ranks = members.map((self) => rankOf({ seed: hash(9), nonce, members, self, isAlive: () => true }))
      expect([...ranks].sort()).toEqual([0, 1, 2, 3, 4])
    }
  })

  it('puts the silent and the strangers last, and lets each go first at times', () => {
    const isAlive = (member: string) => member !== members[0]
    const firsts = new Set<number>()
    for (let nonce = 0; nonce < 6_400; nonce += 64) {
      expect(rankOf({ seed: hash(9), nonce, members, self: members[0], isAlive })).toBe(4)
      firsts.add(members.findIndex((self) => rankOf({ seed: hash(9), nonce, members, self, isAlive }) === 0))
    }
    expect([...firsts].sort()).toEqual([1, 2, 3, 4])
    expect(rankOf({ seed: hash(9), members, self: address(77), isAlive })).toBe(5)
  })
})

describe('bumpFees', () => {
  it('always offers enough more to replace, and never more than the cap', () => {
    const wei = fc.bigInt({ min: 0n, max: 10n ** 15n })
    fc.assert(
      fc.property(wei, wei, wei, wei, wei, (maxFee, tip, market, marketTip, cap) => {
        const bumped = bumpFees({ old: { maxFee, tip }, market: { maxFee: market, tip: marketTip }, cap })
        if (bumped === undefined) return
        expect(bumped.maxFee * 100n >= maxFee * 110n && bumped.maxFee <= cap && bumped.tip <= bumped.maxFee).toBe(true)
      }),
      { seed: 7 },
    )
  })
})

describe('the store', () => {
  let dataDir = ''
  let store: Store

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'watcher-store-'))
    store = createStore({ dataDir })
  })

  afterEach(() => {
    store.close()
    rmSync(dataDir, { recursive: true })
  })

  const guardRow = (nonce: number, head: number) => ({ setId: hash(1), laneKey: hash(2), nonce, head: hash(head), policyHeight: 5n, at: 0 })

  it('notes one head for one place, for ever', () => {
    store.guard.reserve([guardRow(1, 11), guardRow(2, 12)])
    store.guard.reserve([guardRow(1, 11)])
    expect(() => store.guard.reserve([guardRow(3, 13), guardRow(2, 99)])).toThrow(SignConflictError)
    expect(store.guard.signedHead({ setId: hash(1), laneKey: hash(2), nonce: 3 })).toBeUndefined()
    store.close()
    store = createStore({ dataDir })
    expect(() => store.guard.reserve([guardRow(2, 99)])).toThrow(SignConflictError)
    expect(store.guard.newest({ setId: hash(1), laneKey: hash(2) })).toEqual({ nonce: 2, head: hash(12) })
  })

  it('lets no second watcher in', () => {
    expect(() => createStore({ dataDir })).toThrow(StoreUnusableError)
  })

  it('keeps transactions by slot and forgets none before they are final', () => {
    const row = {
      chainId: 1,
      sender: address(1),
      raw: hash(1),
      maxFee: 5n,
      tip: 1n,
      request: { to: address(2), data: '0x', gas: '1' },
      at: 0,
    } as const
    const purpose = { kind: 'deliver', laneKey: hash(2), first: 0, count: 3 } as const
    store.ledger.add({ ...row, nonce: 4, hash: hash(4), purpose })
    store.ledger.add({ ...row, nonce: 4, hash: hash(5), purpose })
    store.ledger.add({ ...row, nonce: 5, hash: hash(6), purpose })
    const open = store.ledger.open({ chainId: 1, sender: address(1) })
    expect(open.map(({ nonce, hash: found }) => [nonce, found])).toEqual([
      [4, hash(4)],
      [4, hash(5)],
      [5, hash(6)],
    ])
    store.ledger.setStates([
      { id: open[0]?.id ?? 0, state: 'dropped' },
      { id: open[1]?.id ?? 0, state: 'done', block: 9 },
    ])
    expect(store.ledger.open({ chainId: 1, sender: address(1) }).map(({ nonce }) => nonce)).toEqual([5])
    expect(open[0]?.purpose).toEqual(purpose)
    // Given up, then signed again to the same bytes: it counts again.
    store.ledger.add({ ...row, nonce: 4, hash: hash(4), purpose })
    expect(store.ledger.open({ chainId: 1, sender: address(1) }).map(({ nonce }) => nonce)).toEqual([4, 5])
  })
})

describe('createRpc', () => {
  const provider = (answer: () => unknown): Transport => ({
    name: 'p',
    send: async (calls) => calls.map((): RpcReply => ({ ok: true, result: answer() })),
  })
  const down: Transport = { name: 'down', send: () => Promise.reject(new TypeError('down')) }
  const calls = [{ method: 'eth_call', params: [] }]

  it('goes on to the next provider when one fails or has nothing', async () => {
    const rpc = createRpc({ chainId: 1, agreement: 1, transports: [down, provider(() => null), provider(() => '0x1')] })
    expect(await rpc.batch(calls)).toEqual([{ ok: true, result: '0x1' }])
  })

  it('believes for good only what enough providers say', async () => {
    const liar = provider(() => '0x2')
    const honest = provider(() => '0x1')
    const three = createRpc({ chainId: 1, agreement: 2, transports: [liar, honest, honest] })
    expect(await three.agreed(calls)).toEqual([{ ok: true, result: '0x1' }])
    const two = createRpc({ chainId: 1, agreement: 2, transports: [liar, honest] })
    await expect(two.agreed(calls)).rejects.toBeInstanceOf(ProvidersDisagreeError)
    const half = createRpc({ chainId: 1, agreement: 2, transports: [down, honest] })
    await expect(half.agreed(calls)).rejects.toBeInstanceOf(ProvidersDisagreeError)
  })
})

describe('isStrictEnough', () => {
  const depth = (blocks: number) => ({ kind: 'depth', depth: blocks }) as const
  it.each([
    [depth(5), depth(5), true],
    [depth(4), depth(5), false],
    [depth(6), depth(5), true],
    [{ kind: 'finalized' }, depth(5), true],
    [{ kind: 'safe' }, depth(5), false],
    [depth(99), { kind: 'safe' }, false],
    [{ kind: 'safe' }, { kind: 'safe' }, true],
    [{ kind: 'finalized' }, { kind: 'safe' }, true],
    [{ kind: 'safe' }, { kind: 'finalized' }, false],
    [depth(99), { kind: 'finalized' }, false],
    [depth(0), undefined, true],
  ] as const)('own %o against promised %o: %s', (own, promised, expected) => {
    expect(isStrictEnough({ own, promised })).toBe(expected)
  })
})

describe('parseConfig', () => {
  const deployment = {
    chainId: 1,
    startBlock: '12',
    ...Object.fromEntries(
      ['accessManager', 'timelock', 'gateway', 'watcherSet', 'agentRegistry', 'charters', 'agreements', 'taskEscrow', 'taskPortal'].map(
        (name, index) => [name, address(index + 1)],
      ),
    ),
  }
  const chain = { chainId: 1, rpcUrls: ['http://127.0.0.1:8545'], finality: { kind: 'depth', depth: 2 }, deployment }
  const config = { name: 'a', dataDir: 'a/data', attester: { env: 'A' }, deliverer: { env: 'B' }, chains: [chain] }

  it('fills in what is left out', () => {
    const parsed = parseConfig(config)
    expect(parsed.roles).toEqual(['sync', 'attest', 'gossip', 'deliver', 'keep', 'api'])
    expect(parsed.listen).toEqual({ host: '127.0.0.1', port: 0 })
    expect(parsed.chains[0]?.deployment.startBlock).toBe(12n)
  })

  it.each([
    ['an unknown field', { ...config, perrs: [] }],
    ['a chain twice', { ...config, chains: [chain, chain] }],
    ["another chain's deployment", { ...config, chains: [{ ...chain, chainId: 2 }] }],
    ['signing without a key', { ...config, attester: undefined }],
    ['more agreement than providers', { ...config, chains: [{ ...chain, agreement: 2 }] }],
    ['a url that is none', { ...config, chains: [{ ...chain, rpcUrls: ['ftp://x'] }] }],
    ['no chain', { ...config, chains: [] }],
  ])('refuses %s', (_, value) => {
    expect(() => parseConfig(value)).toThrow(ConfigInvalidError)
  })
})

describe('encodeTerms', () => {
  it('is undone by decodeTerms', () => {
    const terms = { requester: address(1), reward: 10n ** 20n, openUntil: 5, specHash: hash(3), chains: [1n, 2n], salt: hash(9) }
    // Only the fields that differ in kind; the rest comes back as missing.
    const back = decodeTerms(encodeTerms(terms as unknown as Parameters<typeof encodeTerms>[0]))
    expect(back).toMatchObject(terms)
  })
})
