import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hex, numberToHex } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../scripts/simulation/random.ts'
import { SignConflictError } from '../../watcher/src/errors.ts'
import { openDatabase, openDatabases } from '../../watcher/src/store/open.ts'
import { createStore, type Store } from '../../watcher/src/store/sqlite.ts'

const word = (value: number): Hex => numberToHex(value, { size: 32 })
const account = (value: number): Hex => numberToHex(value, { size: 20 })
const [lanes, chains, signers, most] = [[1, 2], [1, 2], [1, 2, 3], 6]
const places = lanes.flatMap((lane) => chains.map((chainId) => ({ laneKey: word(lane), chainId })))

/** Everything that is remembered between reads. */
function told({ messages, attestations, deliveries, guard, ledger, policies }: Store, at: number) {
  return {
    counts: lanes.map((lane) => messages.count(word(lane))),
    heads: lanes.flatMap((lane) => Array.from({ length: most }, (_, nonce) => messages.headAt({ laneKey: word(lane), nonce }))),
    waiting: places.map((way) => [deliveries.countPending(way), deliveries.oldest(way) ?? -1, deliveries.lowestPending(way) ?? -1]),
    due: places.map((way) => deliveries.toRetry({ ...way, reason: 'why', at, limit: 9 })),
    said: lanes.map((lane) => attestations.nonces({ setId: word(0), laneKey: word(lane), after: 0 })),
    by: signers.map((signer) => attestations.find({ setId: word(0), laneKey: word(1), nonce: 2, signer: account(signer) })),
    vector: [...attestations.vector()].sort((a, b) => `${a.laneKey}${a.signer}`.localeCompare(`${b.laneKey}${b.signer}`)),
    guard: lanes.map((lane) => guard.newest({ setId: word(0), laneKey: word(lane) })),
    ledger: chains.map((chainId) => ledger.open({ chainId, sender: account(9) })),
    policies: chains.map((chainId) => policies.find({ setId: word(0), chainId })),
  }
}

/** Undone writes make both files' memories be asked for anew. */
function forgetAll(store: Store): void {
  const row = { setId: word(1), laneKey: word(1), nonce: 1, policyHeight: 1n, at: 1 }
  const undone = () => {
    throw new RangeError('undone')
  }
  expect(() => store.transact(undone)).toThrow(RangeError)
  expect(() =>
    store.guard.reserve([
      { ...row, head: word(1) },
      { ...row, head: word(2) },
    ]),
  ).toThrow(SignConflictError)
}

describe('what a store remembers of its own reads', () => {
  let dataDir = ''
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'hanse-store-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  it.each([1, 2, 3])('is what the files hold, after any writes and after writes that were undone (seed %i)', (seed) => {
    const random = createRandom(seed)
    const store = createStore({ dataDir })
    const writes = writesOf({ store, random })
    for (let step = 0; step < 120; step++) {
      const write = random.pick(writes)
      const work = () => {
        for (let count = random.between(1, 3); count > 0; count--) write(step)
        told(store, step)
        if (random.chance(0.3)) throw new RangeError('undone')
      }
      try {
        random.chance(0.5) ? store.transact(work) : write(step)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
      const remembered = told(store, step)
      forgetAll(store)
      expect(remembered, `step ${step}`).toEqual(told(store, step))
    }
    const remembered = told(store, 100)
    store.close()
    const anew = createStore({ dataDir })
    expect(remembered).toEqual(told(anew, 100))
    anew.close()
  })
})

function writesOf({ store, random }: { store: Store; random: ReturnType<typeof createRandom> }) {
  const { messages, attestations, deliveries, guard, ledger, policies } = store
  const lane = () => word(random.pick([1, 2]))
  const nonce = () => random.below(most)
  const place = () => ({ laneKey: lane(), chainId: random.pick([1, 2]), nonce: nonce() })
  const txHash = word(7)
  let sent = 0
  const writes: readonly [(step: number) => void, ...((step: number) => void)[]] = [
    (step) =>
      messages.add({ laneKey: lane(), nonce: nonce(), leaf: word(step), head: word(step), message: undefined, block: 1, txHash, at: 1 }),
    () => random.chance(0.2) && messages.clear(lane()),
    () =>
      attestations.add({
        setId: word(0),
        laneKey: lane(),
        nonce: nonce(),
        head: word(5),
        signer: account(random.between(1, 3)),
        signature: '0x01',
      }),
    () => random.chance(0.1) && attestations.keepSets([]),
    () => deliveries.expect(place()),
    (step) => deliveries.see({ ...place(), block: random.chance(0.5) ? step : null }),
    () => deliveries.unsee(random.pick([1, 2])),
    () => deliveries.settle({ ...place(), status: 'Consumed' }),
    (step) => deliveries.bury({ ...place(), reason: 'why', detail: '', retryAt: step + 20, at: step }),
    (step) => deliveries.hurry({ ...place(), at: step }),
    () => policies.add({ setId: word(0), chainId: random.pick([1, 2]), finality: { kind: 'safe' } }),
  ]
  const vault = (step: number) => {
    const row = { setId: word(0), laneKey: lane(), nonce: nonce(), policyHeight: 1n, at: step }
    guard.reserve([{ ...row, head: guard.signedHead(row) ?? word(step) }])
    const request = { to: account(1), data: '0x', gas: '1' } as const
    const purpose = { kind: 'retry', laneKey: word(1), nonce: 1 } as const
    const fees = { maxFee: 1n, tip: 1n, hash: word(++sent), raw: '0x01', purpose, request, at: step } as const
    ledger.add({ chainId: random.pick([1, 2]), sender: account(9), nonce: sent, ...fees })
    ledger.setStates([{ id: random.between(1, sent), state: random.chance(0.5) ? 'done' : 'mined', block: 3 }])
  }
  return [...writes, vault] as const satisfies readonly [(step: number) => void, ...((step: number) => void)[]]
}

describe('the disk', () => {
  it('has what was signed and sent before a commit returns', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hanse-store-'))
    const { vault, cache, close } = openDatabases({ dataDir, openDatabase })
    const settings = [vault, cache].map((database) => database.prepare('pragma synchronous').get())
    close()
    rmSync(dataDir, { recursive: true })
    // 2: each commit is synced. 1: a power cut may take the last ones, which can be read again.
    expect(settings).toEqual([{ synchronous: 2 }, { synchronous: 1 }])
  })
})
