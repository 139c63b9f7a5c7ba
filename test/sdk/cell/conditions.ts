import { parseEther, toHex, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { agreement, type Call, cell, condition, task, topic } from '../../../sdk/src/index.ts'
import { agreeOn, proposals } from '../support/agreements.ts'
import { ada, type BoardBench, bo, hash, stranger } from '../support/boards.ts'
import { clientFor } from '../support/chain.ts'

const chainId = 1001
let count = 0
const fresh = () => hash(`condition ${count++}`)

/** What conditions do, on the chain of the tests of cells. */
export function conditionCases(benchOf: () => BoardBench): void {
  const unmetNames = async (conditions: readonly condition.Condition[]) =>
    (await condition.unmet(benchOf().client, { chainId, conditions })).value.map(({ error }) => error.name)

  describe('a condition', () => {
    it('on a cell holds by its version, its value or its holder', async () => {
      const { client, at } = benchOf()
      const key = fresh()
      const { space } = at
      await cell.write.sync(client, { ...at, key, expectedVersion: 0, value: '0x1234' })
      const { event } = await cell.acquire.sync(client, { ...at, key, duration: 600 })
      const held = { kind: 'holder', space, key, account: ada.address, token: event.token } as const
      expect(await unmetNames([{ kind: 'version', space, key, atLeast: 2 }, { kind: 'value', space, key, value: '0x1234' }, held])).toEqual(
        [],
      )
      const wrong: readonly condition.Condition[] = [
        { kind: 'version', space, key, atLeast: 3 },
        { kind: 'value', space, key, value: '0x1235' },
        { ...held, account: bo.address },
        { ...held, token: held.token + 1 },
      ]
      expect(await unmetNames(wrong)).toEqual(['VersionUnmet', 'ValueUnmet', 'LeaseNotHeld', 'LeaseNotHeld'])
    })

    it('on a topic holds by its length, or by what an entry says, whatever came after', async () => {
      const { client, at } = benchOf()
      const feed = fresh()
      const { space } = at
      for (const data of ['0x01', '0x02', '0x03'] as const) await topic.append.sync(client, { ...at, topic: feed, data })
      for (const sequence of [0n, 1n, 2n]) {
        const { value: said } = await condition.entryOf(client, { ...at, topic: feed, sequence })
        expect(await unmetNames([said])).toEqual([])
        expect(await unmetNames([{ ...said, entry: { ...said.entry, dataHash: hash('else') } }])).toEqual(['EntryUnknown'])
      }
      expect(await unmetNames([{ kind: 'length', space, topic: feed, atLeast: 3n }])).toEqual([])
      expect(await unmetNames([{ kind: 'length', space, topic: feed, atLeast: 4n }])).toEqual(['VersionUnmet'])
      await expect(condition.entryOf(client, { ...at, topic: feed, sequence: 3n })).rejects.toMatchObject({ name: 'TopicIncompleteError' })
    })

    it('does not hold where there is no blackboard to refuse it', async () => {
      const { chain } = benchOf()
      const far = clientFor([{ ...chain, config: { ...chain.config, deployment: { ...chain.deployment, blackboard: stranger.address } } }])
      const asked = condition.unmet(far, { chainId, conditions: [{ kind: 'version', space: zeroHash, key: zeroHash, atLeast: 0 }] })
      await expect(asked).rejects.toMatchObject({ name: 'ContractMissingError' })
    })
  })
}

/** What guarded calls do there. */
export function guardCases(benchOf: () => BoardBench): void {
  describe('guard', () => {
    it('lets an account claim a task once a cell has come so far, by what it signed before', async () => {
      const { client, at, chain } = benchOf()
      const draft = fresh()
      const now = Number((await chain.node.getBlock()).timestamp)
      const terms = task.createTerms({
        ...{ homeChainId: chainId, requester: ada.address, evaluator: stranger.address, specHash: hash('review the draft') },
        ...{ reward: parseEther('2'), workerBond: parseEther('1'), openUntil: now + 3_000, workWindow: 500, reviewWindow: 500, now },
      })
      const { event } = await task.open.sync(client, { chainId, terms })
      const claiming = task.claim.call(client, { chainId, homeChainId: chainId, terms, sponsor: bo.address })
      const conditions = [{ kind: 'version', space: at.space, key: draft, atLeast: 2 } as const]
      const bring = await signed(benchOf(), condition.guard(client, { chainId, conditions, calls: [claiming] }))
      const { agreements = stranger.address } = chain.deployment
      const party = agreement.partyOf({ chainId, agreements, participants: [bo.address], threshold: 1 })
      const { value: account } = await agreement.getAccount(client, { chainId, party })
      await task.deposit.sync(client, { chainId, actor: { chainId, account }, amount: terms.workerBond, account: bo })

      await cell.write.sync(client, { ...at, key: draft, expectedVersion: 0, value: '0x01' })
      await expect(bring()).rejects.toMatchObject({ name: 'VersionUnmet', args: { atLeast: 2n, version: 1n } })
      expect((await task.getTask(client, { chainId, taskId: event.taskId })).value.state).toBe('Open')
      await cell.write.sync(client, { ...at, key: draft, expectedVersion: 1, value: '0x02' })
      await bring()
      expect((await task.getTask(client, { chainId, taskId: event.taskId })).value).toMatchObject({
        state: 'Assigned',
        worker: { account },
      })
    })

    it('does nothing of several calls when one condition of several does not hold', async () => {
      const { client, at } = benchOf()
      const { space } = at
      const [key, flag, feed] = [fresh(), fresh(), fresh()]
      await cell.write.sync(client, { ...at, key: flag, expectedVersion: 0, value: toHex('go') })
      const calls: readonly Call[] = [1, 2].map((n) => cell.write.call(client, { ...at, key, expectedVersion: n - 1, value: `0x0${n}` }))
      const conditions: readonly condition.Condition[] = [
        { kind: 'value', space, key: flag, value: toHex('go') },
        { kind: 'length', space, topic: feed, atLeast: 1n },
      ]
      const guarded = condition.guard(client, { chainId, conditions, calls })
      expect(guarded.map(({ to, target }) => to === target)).toEqual([true, true, true, true])
      const bring = await signed(benchOf(), guarded)
      await expect(bring()).rejects.toMatchObject({ name: 'VersionUnmet' })
      await topic.append.sync(client, { ...at, topic: feed, data: '0x01' })
      // Now the conditions hold, and the account of bo alone is no writer: the calls are refused, not the conditions.
      await expect(bring()).rejects.toMatchObject({ name: 'WriterNotAllowed' })
      expect((await cell.read(client, { ...at, key })).value.version).toBe(0)
    })
  })
}

/** What one account has its own agreement account do, all or nothing. */
async function signed({ chain, client }: BoardBench, calls: readonly condition.GuardedCall[]) {
  const plan = { charter: zeroHash, epoch: 0, threshold: 1, calls, legs: [] }
  const proposal = await proposals(chain)({ participants: [bo.address], plan }, { nonce: BigInt(count++) })
  return () => agreeOn(client, { chain, proposal, signers: [bo] })
}
