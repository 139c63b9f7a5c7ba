import { type Address, custom, type Hex } from 'viem'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cell, createClient, patterns, topic } from '../../../sdk/src/index.ts'
import { ada, type BoardBench, bo, hash, stranger } from '../support/boards.ts'
import { accountOf, clientFor } from '../support/chain.ts'
import { overHttp } from '../support/http.ts'

let count = 0
const newcomer = accountOf('newcomer')
const items = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map(hash)

type Started = { readonly pattern: patterns.PatternName; readonly items: readonly Hex[]; readonly agents: readonly Address[] }

async function started({ client, chain }: BoardBench, { pattern, items, agents }: Started) {
  const { chainId } = chain
  const fromBlock = await chain.node.getBlockNumber()
  const writers = [ada, bo, newcomer].map(({ address: account }) => ({ chainId, account }))
  const { event } = await cell.openSpace.sync(client, { chainId, writers, salt: hash(`patterns ${count++}`) })
  const at = { chainId, space: event.space, fromBlock }
  await patterns.start(client, { ...at, pattern, agents, items })
  return at
}

/** Steps of both, a block apart, until there is so much done, or nothing left. Returns what was done. */
async function stepBoth({ client, chain }: BoardBench, at: Awaited<ReturnType<typeof started>>, enough: number): Promise<readonly Hex[]> {
  const did: Hex[] = []
  for (let turn = 0; turn < 80 && did.length < enough; turn++) {
    const results = [await patterns.step(client, { ...at, account: ada, work: ({ item }) => item })]
    results.push(await patterns.step(client, { ...at, account: bo, work: ({ item }) => item }))
    did.push(...results.flatMap((result) => (result.kind === 'did' ? [result.item] : [])))
    await chain.node.mine({ blocks: 1 })
  }
  return did
}

/** How agents that share a space take turns, on the chain of the tests of cells. */
export function runCases(benchOf: () => BoardBench): void {
  describe('a run of agents on a space', () => {
    it('goes through all patterns, one after the other, and does everything once', async () => {
      const { client } = benchOf()
      const at = await started(benchOf(), { pattern: 'peers', items, agents: [ada.address, bo.address] })
      const did = [...(await stepBoth(benchOf(), at, 2))]
      for (const pattern of ['hierarchical', 'events', 'peers', 'hierarchical'] as const) {
        await patterns.switchTo(client, { ...at, pattern })
        did.push(...(await stepBoth(benchOf(), at, 2)))
      }
      await topic.append.sync(client, { ...at, topic: patterns.workTopic, data: hash('announced') })
      did.push(...(await stepBoth(benchOf(), at, items.length + 1 - did.length)))
      expect(did).toHaveLength(items.length + 1)
      expect(new Set(did)).toEqual(new Set([...items, hash('announced')]))
      const view = await patterns.look(client, at)
      expect(patterns.isDone(view)).toBe(true)
      expect(view.items.every(({ key, value }) => key === value)).toBe(true)
      expect(view.manifest).toMatchObject({ pattern: 'hierarchical', since: 5, version: 5 })
      expect(view.charter).toBeUndefined()
    })

    it('names a space without a manifest, and is refused to who may not write', async () => {
      const { client, at } = benchOf()
      await expect(patterns.look(client, { ...at, space: hash('none') })).rejects.toMatchObject({ name: 'FormatError' })
      const run = await started(benchOf(), { pattern: 'events', items, agents: [stranger.address] })
      await expect(patterns.take(client, { ...run, account: stranger })).rejects.toMatchObject({ name: 'WriterNotAllowed' })
    })
  })
}

/** How an agent joins that knows nothing but the space. */
export function joinCases(benchOf: () => BoardBench): void {
  describe('a late joiner', () => {
    it.each([1, 5, 9])('is joined after %d of 10 items by one batched read and one transaction', async (done) => {
      const { client, chain } = benchOf()
      await chain.node.setBalance({ address: newcomer.address, value: 10n ** 20n })
      const at = await started(benchOf(), { pattern: 'peers', items, agents: [ada.address, newcomer.address] })
      const { length } = items.slice(0, done)
      for (const key of items.slice(0, length)) await cell.write.sync(client, { ...at, key, expectedVersion: 0, value: key })
      const { requests, chain: far } = await overHttp(chain)
      const fresh = createClient({ chains: [far], account: newcomer, pollingIntervalMs: 5 })
      let taken = await patterns.take(fresh, at)
      // It may be the other one's turn: then nothing is sent, and the turn comes with the blocks.
      while (taken.kind === 'waited') {
        expect(requests.splice(0)).toHaveLength(1)
        await chain.node.mine({ blocks: 1 })
        taken = await patterns.take(fresh, at)
      }
      expect(taken.kind).toBe('took')
      const [first, ...rest] = requests
      expect(first?.toSorted()).toEqual(['eth_call', 'eth_call', 'eth_getBlockByNumber', 'eth_getLogs'])
      expect(rest.flat().filter((method) => method === 'eth_sendRawTransaction')).toHaveLength(1)
      // Between the read and the transaction nothing more is read of the run: what is asked is what sending asks.
      expect(rest.flat().filter((method) => method === 'eth_getLogs')).toEqual([])
      expect(taken.view.items.filter(({ state }) => state === 'done')).toHaveLength(length)
      if (taken.kind === 'took') expect(await patterns.finish(fresh, { ...at, taken, value: '0x01' })).toMatchObject({ version: 2 })
    })
  })
}

/** What becomes of two that want the same. */
export function raceCases(benchOf: () => BoardBench): void {
  describe('two agents', () => {
    it('gives an item to one of two that go for it at once, and the other learns that', async () => {
      const { client, chain } = benchOf()
      const at = await started(benchOf(), { pattern: 'events', items: items.slice(0, 1), agents: [ada.address, bo.address] })
      await chain.node.setAutomine(false)
      onTestFinished(() => chain.node.setAutomine(true))
      const settled = new Set<Address>()
      const both = [ada, bo].map((account) => patterns.take(client, { ...at, account }).finally(() => void settled.add(account.address)))
      // Both are in the pool of the node before the block; or the node, which prices the second one on top of the first, refused it already.
      const isSent = async (address: Address) => {
        const [pending, mined] = await Promise.all([
          chain.node.getTransactionCount({ address, blockTag: 'pending' }),
          chain.node.getTransactionCount({ address }),
        ])
        return pending > mined || settled.has(address)
      }
      // One that is refused early may wait for the block itself, neither sent nor settled: it is not waited for without end.
      const patience = performance.now() + 5_000
      while (performance.now() < patience && !((await isSent(ada.address)) && (await isSent(bo.address))))
        await new Promise((resolve) => setTimeout(resolve, 5))
      await chain.node.mine({ blocks: 1 })
      await chain.node.setAutomine(true)
      const kinds = (await Promise.all(both)).map(({ kind }) => kind)
      expect(kinds.toSorted()).toEqual(['lost', 'took'])
    })

    it('that saw the same item do it once, when one did it while the other sent', async () => {
      const { client, chain } = benchOf()
      const at = await started(benchOf(), { pattern: 'events', items: items.slice(0, 1), agents: [ada.address, bo.address] })
      const [key = '0x'] = items
      let isFirst = true
      // The other one does all of it after the look, before the grant.
      const request = async (call: { method: string; params: never[] }) => {
        if (call.method === 'eth_getCode' && isFirst) {
          isFirst = false
          expect((await patterns.step(client, { ...at, account: ada, work: () => '0x01' })).kind).toBe('did')
          await cell.release.sync(client, { ...at, key, token: 1 })
        }
        return chain.provider.request(call)
      }
      const late = clientFor([{ ...chain, config: { ...chain.config, transport: custom({ request }, { retryCount: 0 }) } }], bo)
      expect((await patterns.step(late, { ...at, work: () => '0x02' })).kind).toBe('lost')
      const { value } = await cell.read(client, { ...at, key })
      expect(value).toMatchObject({ value: '0x01', lease: undefined })
    })
  })
}
