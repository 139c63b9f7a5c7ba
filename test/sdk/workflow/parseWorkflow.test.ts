import { parseEther } from 'viem'
import { expect, it } from 'vitest'
import { parseWorkflow } from '../../../sdk/src/workflow/index.ts'
import { accountOf } from '../support/chain.ts'

const [me, judge] = ['me', 'judge'].map((name) => accountOf(name).address)
const file = `
name: survey
requester: me
startAt: 2033-05-18T03:33:20Z
accounts:
  me: "${me}"
  judge: "${judge}"
budget:
  "0x0000000000000000000000000000000000000000": 12 ether
defaults:
  chain: 1001
  evaluator: judge
  reward: 1.5 ether
  workerBond: 100000000000000000001
  openFor: 1h
  workWindow: 10m
  reviewWindow: 600
steps:
  collect:
    capability: data.collect
    input: { topic: prices, sources: [a, b] }
    compensate:
      capability: data.clean
      reward: 1_000
  count:
    chain: 1002
    chains: [1001]
    grace: 90s
    capability: text.count
    after: [collect]
    need: 1
    minVerdict: 9000
  apologise:
    capability: text.answer
    when: { count: failed }
`

it('reads steps, defaults, amounts, durations, dates and names of accounts', () => {
  const { steps, ...rest } = parseWorkflow(file)
  expect(rest).toEqual({
    ...{ name: 'survey', requester: me, startAt: 2_000_000_000 },
    budget: [{ token: '0x0000000000000000000000000000000000000000', amount: parseEther('12') }],
  })
  const shared = { evaluator: judge, workerBond: 100_000_000_000_000_000_001n, openFor: 3_600, workWindow: 600, reviewWindow: 600 }
  const common = { ...shared, reward: parseEther('1.5') }
  expect(steps).toEqual({
    collect: {
      ...{ ...common, chain: 1001, capability: 'data.collect', input: { topic: 'prices', sources: ['a', 'b'] } },
      compensate: { ...shared, chain: 1001, capability: 'data.clean', reward: 1_000n },
    },
    count: { ...common, chain: 1002, chains: [1001], grace: 90, capability: 'text.count', after: ['collect'], need: 1, minVerdict: 9_000 },
    apologise: { ...common, chain: 1001, capability: 'text.answer', when: { count: 'failed' } },
  })
})

it('names all that is wrong, each with its line', () => {
  const wrong = file
    .replace('evaluator: judge', 'evaluator: nobody')
    .replace('openFor: 1h', 'openFor: 1 hour')
    .replace('    need: 1\n', '    needs: 1\n')
    .replace('{ count: failed }', '{ count: broken }')
  expect(() => parseWorkflow(wrong)).toThrow(
    expect.objectContaining({
      problems: [
        { step: 'defaults', reason: 'evaluator is "nobody", must be an address, or a name under `accounts` (line 12)' },
        { step: 'defaults', reason: 'openFor is "1 hour", must be seconds, or such as 90s, 10m, 2h, 1d (line 15)' },
        expect.objectContaining({ step: 'collect', reason: expect.stringContaining('lacks evaluator, openFor') }),
        expect.objectContaining({ step: 'collect' }),
        { step: 'count', reason: 'needs is no field of it (line 31)' },
        expect.objectContaining({ step: 'count' }),
        { step: 'apologise', reason: expect.stringContaining('must be names of steps, each with succeeded, failed or skipped (line 35)') },
        expect.objectContaining({ step: 'apologise' }),
      ],
    }),
  )
})

it.each([
  ['no map', '- a\n- b'],
  ['a broken line', 'name: [a\nsteps: {'],
  ['a name twice', 'name: a\nname: b'],
  ['no date', file.replace(/startAt.*\n/, '')],
  ['a field that it does not know', `${file}\nstepz: 1`],
])('refuses a file with %s', (_, text) => {
  expect(() => parseWorkflow(text)).toThrow(expect.objectContaining({ name: 'WorkflowInvalidError' }))
})

it('takes its date from outside where the file names none', () => {
  expect(parseWorkflow(file.replace(/startAt.*\n/, ''), { startAt: 7 }).startAt).toBe(7)
})
