import { keccak256, stringToHex, zeroAddress } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { errors, task } from '../../../sdk/src/index.ts'
import { answers, people, startTasks, type TaskBench } from '../support/tasks.ts'

const { requester, worker, evaluator, stranger } = people
const home = 31_337
let bench: TaskBench
let basics: task.presets.PresetParameters

beforeAll(async () => {
  bench = await startTasks()
  const openUntil = (await bench.now()) + 1_000
  const specHash = keccak256(stringToHex('spec'))
  basics = { chainId: home, requester: requester.address, specHash, reward: 100n, openUntil, workWindow: 500, reviewWindow: 500 }
})

async function fieldsOf(building: Promise<task.Terms>): Promise<string[]> {
  try {
    await building
    return []
  } catch (error) {
    if (error instanceof errors.TermsInvalidError) return error.problems.map(({ field }) => field)
    throw error
  }
}

const bounty = (changes: Partial<task.presets.BountyParameters> = {}) =>
  task.presets.bounty(bench.client, { ...basics, workerBond: 10n, finalitySeconds: { [home]: 60 }, ...changes })

describe('presets', () => {
  it('make terms that the escrow takes', async () => {
    const { client, chain } = bench
    const bond = { workerBond: 10n }
    const auction = { ...basics, ...bond, policy: answers.one, minStep: 100, reserve: 9_000, challengeWindow: 60 }
    const made = [
      await bounty(),
      await bounty({ token: chain.coin, evaluator: evaluator.address }),
      await task.presets.hire(client, { ...basics, worker: worker.address }),
      await task.presets.hire(client, { ...basics, ...bond, worker: worker.address }),
      await task.presets.auction(client, auction),
      await task.presets.quorum(client, { ...basics, ...bond, panel: answers.half }),
    ]
    for (const terms of made) expect((await task.open.sync(client, { chainId: home, terms })).event.terms).toEqual(terms)
    expect(made[2]).toMatchObject({ workerBond: 0n, evaluator: requester.address })
    expect(made[4]).toMatchObject({ allocation: answers.one, allocationParams: task.signedBids({ minStep: 100, reserve: 9_000 }) })
    expect(made[5]).toMatchObject({ evaluator: answers.half })
  })

  it('let the silence of a check pay nothing above the floor', async () => {
    const { client, chain } = bench
    const check = await chain.deploy('deploy/build/HashCheck.json', [chain.deployment.taskEscrow])
    expect((await fieldsOf(bounty({ evaluator: check, evaluatorFee: 1n }))).sort()).toEqual(['evaluatorFee', 'silence'])
    expect(await fieldsOf(bounty({ evaluator: check, silence: 4_999, floor: 5_000 }))).toContain('silence')
    const terms = await bounty({ evaluator: check, silence: 5_000, floor: 5_000 })
    expect((await task.open.sync(client, { chainId: home, terms })).event.terms).toEqual(terms)
    // Neither an account nor a contract that answers to anything is a check.
    for (const other of [stranger.address, answers.half, chain.coin]) expect(await fieldsOf(bounty({ evaluator: other }))).toEqual([])
  })

  it('say all that is wrong at once, also what only the chain knows', async () => {
    const changes = { workerBond: 0n, token: stranger.address, reviewWindow: 0, workWindow: 59, openUntil: basics.openUntil - 2_000 }
    expect((await fieldsOf(bounty(changes))).sort()).toEqual(['openUntil', 'reviewWindow', 'token', 'workWindow', 'workerBond'])
    expect(await fieldsOf(bounty({ reward: 1n << 128n, token: stranger.address }))).toEqual(['reward'])
  })

  it.each<[string[], Partial<task.presets.BountyParameters>]>([
    [[], {}],
    [['workerBond'], { workerBond: 0n }],
    [['token'], { token: '0x00000000000000000000000000000000000000ee' }],
    [['reward'], { reward: (1n << 128n) - 1n, evaluatorFee: 1n }],
    [['reward'], { reward: (1n << 128n) - 1n, triggerReward: 1n }],
    [['workWindow'], { workWindow: 59 }],
    [[], { workWindow: 60 }],
    [['reviewWindow'], { reviewWindow: 59 }],
    [['answerWindow'], { suspectBond: 1n, answerWindow: 59 }],
    [
      ['disputeWindow', 'arbitrationWindow'],
      { arbitrator: '0x00000000000000000000000000000000000000c1', disputeWindow: 59, arbitrationWindow: 1 },
    ],
    [['evaluator'], { evaluator: zeroAddress }],
    [['prerequisites'], { prerequisites: [{ chainId: 5, taskId: `0x${'11'.repeat(32)}` }] }],
    [['prerequisites'], { prerequisites: [{ chainId: home, taskId: '0x11' }] }],
    [['prerequisites'], { prerequisites: Array.from({ length: 17 }, () => ({ chainId: home, taskId: `0x${'11'.repeat(32)}` }) as const) }],
    [['chains'], { chains: [99], grace: 100 }],
    [[], { chains: [99], grace: 100, finalitySeconds: { [home]: 60, 99: 100 } }],
    [['grace'], { chains: [99], grace: 99, finalitySeconds: { [home]: 60, 99: 100 } }],
    [['workWindow'], { chains: [99], grace: 100, workWindow: 159, finalitySeconds: { [home]: 60, 99: 100 } }],
    [[], { chains: [99], grace: 100, workWindow: 160, finalitySeconds: { [home]: 60, 99: 100 } }],
  ])('finds %j wrong in a bounty', async (fields, changes) => {
    expect(await fieldsOf(bounty(changes))).toEqual(fields)
  })

  it('refuse a hire of its own judge or of nobody, an auction without a policy, and a panel that is none', async () => {
    const { client } = bench
    const hire = (changes: Partial<task.presets.HirePresetParameters>) =>
      task.presets.hire(client, { ...basics, worker: worker.address, ...changes })
    expect(await fieldsOf(hire({ evaluator: worker.address }))).toEqual(['evaluator'])
    expect(await fieldsOf(hire({ worker: requester.address }))).toEqual(['evaluator'])
    expect(await fieldsOf(hire({ worker: zeroAddress }))).toEqual(['worker'])
    const auction = (changes: Partial<task.presets.AuctionParameters>) =>
      task.presets.auction(client, { ...basics, workerBond: 10n, policy: answers.one, minStep: 100, challengeWindow: 60, ...changes })
    expect(await fieldsOf(auction({ policy: stranger.address }))).toEqual(['policy'])
    expect(await fieldsOf(auction({ policy: zeroAddress }))).toContain('policy')
    expect(await fieldsOf(auction({ minStep: 0 }))).toEqual(['minStep'])
    expect(await fieldsOf(auction({ reserve: 10_001 }))).toEqual(['reserve'])
    expect(await fieldsOf(auction({ challengeWindow: 0 }))).toEqual(['challengeWindow'])
    expect(await fieldsOf(auction({ workerBond: 0n }))).toEqual(['workerBond'])
    expect(await fieldsOf(auction({ grace: 500 }))).toEqual(['workWindow'])
    expect(await fieldsOf(auction({ grace: 499 }))).toEqual([])
    expect(await fieldsOf(task.presets.quorum(client, { ...basics, workerBond: 10n, panel: stranger.address }))).toEqual(['panel'])
  })

  it('measure the finality of the chain when nobody says it', async () => {
    const { chain, client } = bench
    // Two blocks deep, twenty seconds each.
    for (let block = 0; block < 3; block++) {
      await chain.node.increaseTime({ seconds: 20 })
      await chain.node.mine({ blocks: 1 })
    }
    const build = (workWindow: number) => fieldsOf(task.presets.bounty(client, { ...basics, workerBond: 10n, workWindow }))
    expect(await build(39)).toEqual(['workWindow'])
    expect(await build(45)).toEqual([])
  })
})

describe('what a policy is told', () => {
  it('is packed as the policies read it', () => {
    expect(BigInt(task.risingReward({ startShare: 2_500 }))).toBe(2_500n)
    expect(BigInt(task.signedBids({ minStep: 100 }))).toBe(100n)
    expect(BigInt(task.signedBids({ minStep: 100, reserve: 9_000 }))).toBe((9_000n << 16n) | 100n)
  })

  it('is refused out of range', () => {
    for (const startShare of [0, 10_001, 0.5, Number.NaN]) expect(() => task.risingReward({ startShare })).toThrow(errors.TermsInvalidError)
    for (const minStep of [0, 10_001, -1]) expect(() => task.signedBids({ minStep })).toThrow(errors.TermsInvalidError)
    expect(() => task.signedBids({ minStep: 1, reserve: 0 })).toThrow(errors.TermsInvalidError)
  })
})
