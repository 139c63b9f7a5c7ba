import { parseEther, zeroAddress, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { task } from '../../../sdk/src/index.ts'
import { nextStep } from '../../../sdk/src/runtime/nextStep.ts'
import { type AgentPolicy, screenTerms, shareFor } from '../../../sdk/src/runtime/policy.ts'
import { accountOf } from '../support/chain.ts'

const [me, requester, evaluator, arbitrator] = ['me', 'requester', 'evaluator', 'arbitrator'].map((name) => accountOf(name).address)
const now = 1_000_000
const termsWith = (changes: Partial<task.CreateTermsParameters> = {}) =>
  task.createTerms({
    ...{
      homeChainId: 1,
      requester: requester ?? zeroAddress,
      evaluator: evaluator ?? zeroAddress,
      specHash: zeroHash,
      reward: 10n,
      workerBond: 5n,
    },
    ...{ openUntil: now + 100, workWindow: 50, reviewWindow: 60, now },
    ...changes,
  })

describe('nextStep', () => {
  const view: task.TaskView = {
    ...{ state: 'Assigned', worker: undefined, token: 1, steppedAt: now, price: 10_000, revisions: 0, workDeadline: now + 50 },
    ...{ deliverable: undefined, proposedVerdict: undefined, verdict: undefined, ending: undefined, suspicion: undefined },
  }
  const terms = { challengeWindow: 20, reviewWindow: 60, disputeWindow: 30, arbitrationWindow: 40, grace: 5 }
  const doubt = { by: zeroAddress, until: now + 10, bond: 1n } as const
  const step = (changes: Partial<task.TaskView>, seconds: number, isDone = false) =>
    nextStep({ view: { ...view, ...changes }, terms, now: now + seconds, isDone })

  it.each([
    ['works until its deadline', {}, 50, false, 'work'],
    ['does nothing after it', {}, 51, false, undefined],
    ['hands in what is done', {}, 50, true, 'submit'],
    ['hands in nothing after its deadline', {}, 51, true, undefined],
    ['answers a doubt', { suspicion: doubt }, 10, false, 'alive'],
    ['answers a doubt by handing in', { suspicion: doubt }, 10, true, 'submit'],
    ['works on when it is too late to answer', { suspicion: doubt }, 11, false, 'work'],
    ['has what it leads awarded after challenge window and grace', { state: 'Proposed' }, 26, false, 'award'],
    ['and not before', { state: 'Proposed' }, 25, false, undefined],
    ['settles a silent review', { state: 'Submitted' }, 66, true, 'settle'],
    ['and not before', { state: 'Submitted' }, 65, true, undefined],
    ['resolves a contest', { state: 'Contested' }, 36, true, 'resolve'],
    ['resolves a dispute', { state: 'Disputed' }, 46, true, 'resolve'],
    ['does nothing about what is over', { state: 'Settled' }, 1_000, true, undefined],
  ] as const)('%s', (_, changes, seconds, isDone, expected) => {
    expect(step(changes, seconds, isDone)).toBe(expected)
  })

  it('leaves watchers time for what anyone may trigger', () => {
    const at = (seconds: number) =>
      nextStep({ view: { ...view, state: 'Submitted' }, terms, now: now + seconds, isDone: true, patience: 10 })
    expect([at(75), at(76)]).toEqual([undefined, 'settle'])
  })
})

describe('screenTerms', () => {
  const policy: AgentPolicy = { stakes: [{ token: zeroAddress, bonds: 5n }] }
  const screen = (changes: Partial<task.CreateTermsParameters>, wants: Partial<AgentPolicy> = {}, chainId = 1) =>
    screenTerms({
      homeChainId: 1,
      terms: termsWith(changes),
      me: { chainId, account: me ?? zeroAddress },
      policy: { ...policy, ...wants },
      now,
    })

  it('trusts nobody by itself', () => expect(screen({})).toBe('evaluator'))
  it('trusts whom it names', () => expect(screen({}, { evaluators: [evaluator ?? zeroAddress] })).toBeUndefined())
  it('trusts a floor that pays in full', () => expect(screen({ floor: 10_000 })).toBeUndefined())
  it('trusts no lower one unless told', () => {
    expect(screen({ floor: 9_999 })).toBe('evaluator')
    expect(screen({ floor: 9_000 }, { minFloor: 9_000 })).toBeUndefined()
  })
  it('trusts an arbitrator that it names, and then no floor', () => {
    const disputed = { arbitrator: arbitrator ?? zeroAddress, disputeWindow: 10, arbitrationWindow: 10, floor: 10_000 }
    expect(screen(disputed)).toBe('evaluator')
    expect(screen(disputed, { arbitrators: [arbitrator ?? zeroAddress] })).toBeUndefined()
  })
  it('leaves what it may not or cannot have', () => {
    const any = { evaluators: 'any' } as const
    expect(screen({ requester: me ?? zeroAddress }, any)).toBe('ownTask')
    expect(screen({ evaluator: me ?? zeroAddress }, any)).toBe('ownTask')
    expect(screen({}, any, 2)).toBe('notAdmitted')
    expect(screen({ chains: [2], grace: 10 }, any, 2)).toBeUndefined()
    expect(screen({ workerBond: 0n, isHireOnly: true }, any)).toBe('hireOnly')
    expect(screen({ openUntil: now + 4 }, any)).toBe('tooLate')
    expect(screen({ token: evaluator ?? zeroAddress }, any)).toBe('token')
    expect(screen({ workerBond: 6n }, any)).toBe('bond')
    expect(screen({ charter: `0x${'11'.repeat(32)}`, epoch: 1 }, any)).toBe('charter')
  })
})

describe('shareFor', () => {
  it('rounds up, never under one basis point, and never over the whole', () => {
    const reward = parseEther('1')
    expect([
      shareFor(0n, reward),
      shareFor(1n, reward),
      shareFor(reward / 2n, reward),
      shareFor(reward, reward),
      shareFor(reward + 1n, reward),
    ]).toEqual([1, 1, 5_000, 10_000, undefined])
  })
})

describe('the description of a task', () => {
  it('has one form, and is read back', () => {
    const [one, other] = [
      { capability: 'text.count', input: { a: 1, b: [2] } },
      { input: { b: [2], a: 1 }, capability: 'text.count' },
    ]
    expect(task.encodeSpec(one)).toEqual(task.encodeSpec(other))
    expect(task.decodeSpec(task.encodeSpec(one))).toEqual(one)
  })
  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['no capability', '{"input":1}'],
    ['a capability that is none', '{"capability":"Text Count"}'],
  ])('is refused with %s', (_, text) => {
    expect(() => task.decodeSpec(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ name: 'SpecInvalidError' }))
  })
})
