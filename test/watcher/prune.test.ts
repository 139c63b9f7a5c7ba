import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStore, type Store } from '../../watcher/src/store/sqlite.ts'

const word = (seed: number): Hex => `0x${seed.toString(16).padStart(64, '0')}`
const attestation = (nonce: number, signer: number, set = 1) => ({
  setId: word(set),
  laneKey: word(2),
  nonce,
  head: word(1_000 + nonce),
  signer: `0x${signer.toString(16).padStart(40, '0')}` as const,
  signature: `0x${'11'.repeat(64)}` as const,
})

let dataDir = ''
let store: Store

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'watcher-prune-'))
  store = createStore({ dataDir })
})

afterEach(() => {
  store.close()
  rmSync(dataDir, { recursive: true })
})

describe('pruning', () => {
  it('keeps checkpoints and whatever lies above, and says the same of itself as a store that holds just that', () => {
    const { attestations } = store
    for (let nonce = 1; nonce <= 600; nonce++) for (const signer of [7, 8]) attestations.add(attestation(nonce, signer))
    attestations.prune({ laneKey: word(2), below: 384 })
    const kept = attestations.nonces({ setId: word(1), laneKey: word(2), after: 0 }).map(({ nonce }) => nonce)
    expect(kept).toEqual([128, 256, ...Array.from({ length: 217 }, (_, index) => 384 + index)])
    const pruned = attestations.vector()
    expect(pruned.map(({ nonce, count, floor }) => [nonce, count, floor])).toEqual([
      [600, 219, 384],
      [600, 219, 384],
    ])
    expect([127, 128, 384].map((nonce) => attestations.isOver({ laneKey: word(2), nonce }))).toEqual([true, false, false])
    store.close()
    store = createStore({ dataDir })
    expect(store.attestations.vector().map(({ digest }) => digest)).toEqual(pruned.map(({ digest }) => digest))
  })

  it('forgets other sets', () => {
    const { attestations } = store
    attestations.add(attestation(1, 7, 1))
    attestations.add(attestation(1, 7, 3))
    attestations.keepSets([word(3)])
    expect(attestations.vector().map(({ setId }) => setId)).toEqual([word(3)])
    expect(attestations.at({ setId: word(1), laneKey: word(2), nonce: 1 })).toEqual([])
  })

  it('tells the same digest for the same words in any order, and another one for another word', () => {
    const { attestations } = store
    for (const nonce of [3, 1, 2]) attestations.add(attestation(nonce, 7))
    for (const nonce of [1, 2, 3]) attestations.add(attestation(nonce, 8))
    attestations.add({ ...attestation(1, 9), head: word(5) })
    for (const nonce of [2, 3]) attestations.add(attestation(nonce, 9))
    const [one, same, other] = attestations.vector().map(({ digest }) => digest)
    expect(one).toBe(same)
    expect(other).not.toBe(one)
  })

  it('keeps a halt when all that can be read again is gone', async () => {
    const halt = { reason: 'finality-violated', detail: 'x', at: 5 } as const
    await store.sync.save(7, { scope: 's', final: undefined, lanes: [], tail: [], halt })
    store.close()
    for (const file of ['cache.sqlite', 'cache.sqlite-wal']) rmSync(join(dataDir, file), { force: true })
    store = createStore({ dataDir })
    expect((await store.sync.load(7))?.halt).toEqual(halt)
    store.clearSync(7)
    expect(await store.sync.load(7)).toBeUndefined()
  })

  it('keeps a halt when an older vault comes back and the cache is lost after that', async () => {
    const halt = { reason: 'finality-violated', detail: 'x', at: 5 } as const
    const reopenWithout = (name: string) => {
      store.close()
      for (const file of [`${name}.sqlite`, `${name}.sqlite-wal`]) rmSync(join(dataDir, file), { force: true })
      store = createStore({ dataDir })
    }
    await store.sync.save(7, { scope: 's', final: undefined, lanes: [], tail: [], halt })
    reopenWithout('vault')
    expect((await store.sync.load(7))?.halt).toEqual(halt)
    reopenWithout('cache')
    expect((await store.sync.load(7))?.halt).toEqual(halt)
  })
})
