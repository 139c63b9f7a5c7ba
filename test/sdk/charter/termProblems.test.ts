import { type Address, getAddress, type Hex, keccak256, numberToHex, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { charter, task } from '../../../sdk/src/index.ts'

const addressOf = (value: number): Address => getAddress(numberToHex(value, { size: 20 }))
const [policy, evaluator, arbitrator] = [0xa1, 0xe1, 0xab].map(addressOf)
const params = keccak256('0x01')
const other = addressOf(0x99)
const windows = { challenge: 60, work: 600, review: 500, dispute: 400, arbitration: 300, grace: 200 }
const ruleOf = (chainId: number) => {
  const finality = { kind: 'safe' } as const
  return { chainId, finality, blockTime: 2_000, relayTime: 30, clockSkew: 15, outage: 0 }
}
const document = charter.createDocument({
  name: 'Hansards',
  members: [1, 2, 3].map(addressOf),
  chains: [ruleOf(1), ruleOf(10)],
  windows,
  policies: {
    allocation: policy ?? zeroAddress,
    allocationParams: params,
    evaluator: evaluator ?? zeroAddress,
    arbitrator: arbitrator ?? zeroAddress,
  },
})

/** Terms that keep every rule of the document, and none by more than it asks for. */
const kept: task.Terms = {
  ...task.createTerms({
    homeChainId: 1,
    requester: addressOf(1),
    evaluator: evaluator ?? zeroAddress,
    specHash: params,
    reward: 10n ** 18n,
    workerBond: 10n ** 17n,
    openUntil: 2_000_000_000,
    workWindow: windows.work,
    reviewWindow: windows.review,
    now: 1_999_990_000,
  }),
  allocation: policy ?? zeroAddress,
  allocationParams: params,
  arbitrator: arbitrator ?? zeroAddress,
  challengeWindow: windows.challenge,
  disputeWindow: windows.dispute,
  arbitrationWindow: windows.arbitration,
  grace: windows.grace,
  chains: [10n],
}

describe('termProblemsUnder', () => {
  it('has nothing against terms that keep every rule to the second', () => {
    expect(charter.termProblemsUnder(document, kept)).toEqual([])
  })

  it.each([
    ['challengeWindow', { challengeWindow: 59 }, 'is 59 s, the charter (windows.challenge) wants at least 60 s'],
    ['workWindow', { workWindow: 599 }, 'is 599 s, the charter (windows.work) wants at least 600 s'],
    ['reviewWindow', { reviewWindow: 499 }, 'is 499 s, the charter (windows.review) wants at least 500 s'],
    ['disputeWindow', { disputeWindow: 399 }, 'is 399 s, the charter (windows.dispute) wants at least 400 s'],
    ['arbitrationWindow', { arbitrationWindow: 299 }, 'is 299 s, the charter (windows.arbitration) wants at least 300 s'],
    ['grace', { grace: 199 }, 'is 199 s, the charter (windows.grace) wants at least 200 s'],
    ['allocation', { allocation: other }, `is ${other}, the charter (policies.allocation) wants ${policy}`],
    ['allocation', { allocation: zeroAddress }, `is ${zeroAddress}, the charter (policies.allocation) wants ${policy}`],
    [
      'allocationParams',
      { allocationParams: keccak256('0x02') },
      `is ${keccak256('0x02')}, the charter (policies.allocationParams) wants ${params}`,
    ],
    ['evaluator', { evaluator: other }, `is ${other}, the charter (policies.evaluator) wants ${evaluator}`],
    ['arbitrator', { arbitrator: other }, `is ${other}, the charter (policies.arbitrator) wants ${arbitrator}`],
    ['chains', { chains: [10n, 7n] }, 'has chain 7, for which the charter has no rule'],
  ])('names %s, and nothing else', (field, changes, reason) => {
    expect(charter.termProblemsUnder(document, { ...kept, ...changes })).toEqual([{ field, reason }])
  })

  it('names all at once', () => {
    const windowless = { challengeWindow: 1, workWindow: 1, reviewWindow: 1, disputeWindow: 1, arbitrationWindow: 1, grace: 0 }
    const foreign = { allocation: other, allocationParams: keccak256('0x02'), evaluator: other, arbitrator: other, chains: [7n, 8n] }
    const problems = charter.termProblemsUnder(document, { ...kept, ...windowless, ...foreign })
    expect(problems.map(({ field }) => field)).toEqual([
      ...['challengeWindow', 'workWindow', 'reviewWindow', 'disputeWindow', 'arbitrationWindow', 'grace'],
      ...['allocation', 'allocationParams', 'evaluator', 'arbitrator', 'chains', 'chains'],
    ])
  })

  it('asks nothing of windows that a task does without, and always for time to work, to review and to come', () => {
    const without = { challengeWindow: 0, disputeWindow: 0, arbitrationWindow: 0 }
    expect(charter.termProblemsUnder(document, { ...kept, ...without })).toEqual([])
    const zero = charter.termProblemsUnder(document, { ...kept, workWindow: 0, reviewWindow: 0, grace: 0 })
    expect(zero.map(({ field }) => field)).toEqual(['workWindow', 'reviewWindow', 'grace'])
  })

  it('leaves open what the charter leaves open', () => {
    const open = charter.createDocument({ name: 'Open', members: document.members })
    const anything = { allocation: other, allocationParams: params, evaluator: other, arbitrator: other, chains: [7n], grace: 0 }
    expect(charter.termProblemsUnder(open, { ...kept, ...anything, workWindow: 1 })).toEqual([])
    // Parameters mean nothing without the policy that reads them.
    const unread = charter.createDocument({ ...open, policies: { allocationParams: keccak256('0x03') } })
    expect(charter.termProblemsUnder(unread, { ...kept, ...anything })).toEqual([])
  })

  it('compares what is meant, not how it is written', () => {
    const lower = {
      ...kept,
      evaluator: toLower(kept.evaluator),
      arbitrator: toLower(kept.arbitrator),
      allocation: toLower(kept.allocation),
    }
    const upper: Hex = `0x${params.slice(2).toUpperCase()}`
    expect(charter.termProblemsUnder(document, { ...lower, allocationParams: upper })).toEqual([])
  })
})

const toLower = (address: Address): Address => `0x${address.slice(2).toLowerCase()}`
