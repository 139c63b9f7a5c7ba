import { zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { errors, task } from '../../../sdk/src/index.ts'

const now = 1_000_000
const good: task.CreateTermsParameters = {
  homeChainId: 31_337,
  requester: '0x00000000000000000000000000000000000000a1',
  evaluator: '0x00000000000000000000000000000000000000b2',
  specHash: `0x${'11'.repeat(32)}`,
  reward: 1n,
  workerBond: 1n,
  openUntil: now + 10,
  workWindow: 10,
  reviewWindow: 10,
  now,
}

function fieldsOf(changes: Partial<task.CreateTermsParameters>): string[] {
  try {
    task.createTerms({ ...good, ...changes })
    return []
  } catch (error) {
    if (error instanceof errors.TermsInvalidError) return error.problems.map(({ field }) => field)
    throw error
  }
}

describe('createTerms', () => {
  it('fills in safe defaults and sorts chains', () => {
    const terms = task.createTerms({ ...good, chains: [31_339, 31_338, 31_339], grace: 5 })
    expect(terms).toMatchObject({
      token: zeroAddress,
      silence: 10_000,
      slashShare: 10_000,
      floor: 0,
      chains: [31_338n, 31_339n],
      ...task.unusedTerms,
    })
    expect(task.createTerms(good).salt).not.toBe(task.createTerms(good).salt)
  })

  it.each<[string[], Partial<task.CreateTermsParameters>]>([
    [[], {}],
    [['requester'], { requester: zeroAddress }],
    [['requester'], { requester: '0x12' }],
    [['evaluator'], { evaluator: zeroAddress }],
    [['workerBond'], { workerBond: 0n }],
    [['reward'], { reward: -1n }],
    [['reward'], { reward: 1n << 128n }],
    [['specHash'], { specHash: '0x11' }],
    [['slashShare'], { slashShare: 10_001 }],
    [['floor', 'silence'], { floor: 10_001, silence: 10_000 }],
    [['silence'], { silence: 10_001 }],
    [['silence'], { floor: 5_000, silence: 4_999 }],
    [['silence'], { silence: 0.5 }],
    [['workWindow', 'reviewWindow'], { workWindow: 0, reviewWindow: 0 }],
    [['workWindow'], { workWindow: 2 ** 24 }],
    [['workWindow'], { workWindow: 2 ** 24 - 1, grace: 1 }],
    [['openUntil'], { openUntil: now - 1 }],
    [['openUntil'], { openUntil: now + 366 * 86_400 }],
    [['openUntil'], { openUntil: Number.NaN }],
    [['grace'], { chains: [31_338] }],
    [['chains'], { chains: [31_337], grace: 1 }],
    [['chains'], { chains: [0, 31_338], grace: 1 }],
    [['chains'], { chains: Array.from({ length: 65 }, (_, index) => index + 1), grace: 1 }],
  ])('finds %j wrong', (fields, changes) => {
    expect(fieldsOf(changes)).toEqual(fields)
  })

  it('wants a charter and an epoch together', () => {
    const terms = task.createTerms(good)
    const refused = (changes: Partial<task.Terms>) => () => task.checkTerms({ terms: { ...terms, ...changes }, homeChainId: 1, now })
    const charter = `0x${'01'.repeat(32)}` as const
    expect(refused({ epoch: 1 })).toThrow(errors.TermsInvalidError)
    expect(refused({ charter })).toThrow(errors.TermsInvalidError)
    expect(refused({ charter, epoch: 1, workerBond: 0n })).not.toThrow()
  })
})

describe('routes', () => {
  it('go straight at home and through the portal elsewhere', () => {
    expect(task.routeOf({ chainId: 1, homeChainId: 1 })).toBe('home')
    expect(task.routeOf({ chainId: 2, homeChainId: 1 })).toBe('portal')
  })
})
