import { beforeAll, describe, expect, it } from 'vitest'
import { task, why } from '../../../sdk/src/index.ts'
import { people, startTasks, type TaskBench } from '../support/tasks.ts'
import { lookCases } from './lookCases.ts'

const { worker, successor, stranger } = people
let bench: TaskBench
let bids: `0x${string}`
let rising: `0x${string}`

beforeAll(async () => {
  bench = await startTasks()
  bids = await bench.chain.deploy('deploy/build/SignedBids.json', [])
  rising = await bench.chain.deploy('deploy/build/RisingReward.json', [])
})

lookCases(() => bench)

describe('an auction by signed bids', () => {
  it('wants the first bid under the reserve, and each other under the last by a step', async () => {
    const { client, at } = bench
    const terms = await task.presets.auction(client, {
      ...{ chainId: bench.home, requester: people.requester.address, specHash: `0x${'11'.repeat(32)}`, reward: 1_000n, workerBond: 10n },
      ...{ openUntil: (await bench.now()) + 1_000, workWindow: 500, reviewWindow: 500 },
      ...{ policy: bids, minStep: 1_000, reserve: 8_000, challengeWindow: 100 },
    })
    await task.open.sync(client, { ...at, terms })
    const bid = (share: number, account = worker) =>
      task.propose.sync(client, {
        ...{ ...at, terms, account },
        bid: { worker: account.address, sponsor: account.address, share, token: 1, expiry: terms.openUntil },
      })
    await expect(bid(8_001)).rejects.toMatchObject({ name: 'BidTooHigh', args: { standing: 0, share: 8_001 } })
    await bid(8_000)
    await expect(bid(7_201, successor)).rejects.toMatchObject({ name: 'BidTooHigh', args: { standing: 8_000, share: 7_201 } })
    expect((await bid(7_200, successor)).event).toMatchObject({ worker: successor.address, share: 7_200 })
  })
})

describe('a rising reward', () => {
  it('starts at its share, is whole in the end, and is claimed for what it then is', async () => {
    const { client, at, home } = bench
    const { terms, taskId } = await bench.opened({ allocation: rising, allocationParams: task.risingReward({ startShare: 2_500 }) })
    const shareNow = async () => Number((await why.whyTask(client, { ...at, taskId })).evidence.share)
    expect(await shareNow()).toBeLessThan(2_600)
    await bench.passTime(500)
    // Half of the time is half of the factor: the root of four.
    const half = await shareNow()
    expect(Math.abs(half - 5_000)).toBeLessThan(50)
    const claim = { ...at, homeChainId: home, terms, sponsor: worker.address, account: worker }
    await expect(task.claim(client, { ...claim, minShare: half + 100 })).rejects.toMatchObject({ name: 'ShareWrong' })
    await task.claim.sync(client, { ...claim, minShare: half })
    expect((await bench.view(taskId)).price).toBeGreaterThanOrEqual(half)
  })

  it('returns when nobody came', async () => {
    const { client, at } = bench
    const { terms, taskId } = await bench.opened({ grace: 50, allocation: rising, allocationParams: task.risingReward({ startShare: 1 }) })
    await bench.passTime(1_010)
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsGrace')
    await bench.passTime(50)
    expect(await bench.codeOf(taskId)).toBe('TaskExpiryDue')
    expect((await task.expire.sync(client, { ...at, terms, account: stranger })).event).toMatchObject({ taskId, ending: 'Expiry' })
    expect(await bench.codeOf(taskId)).toBe('TaskExpired')
  })
})
