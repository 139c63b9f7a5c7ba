import fc from 'fast-check'
import { zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { reputation } from '../../../sdk/src/index.ts'
import { addressOf, known, receiptOf } from '../directory/support.ts'

const accounts = [{ chainId: 1, address: addressOf('worker') }]
const of = (receipts: readonly reputation.Receipt[], more: Partial<reputation.reputationOf.Parameters> = {}) =>
  reputation.reputationOf({ receipts, accounts, known, ...more })
/** All figures, without what they are made of. */
const figuresOf = ({ ignored: _, earned, ...rest }: reputation.Reputation) =>
  JSON.stringify([rest, Object.entries(earned)], (_name, value) => (typeof value === 'bigint' ? `${value}` : value))

const honest = [
  receiptOf(),
  receiptOf({ verdict: 6_000 }),
  receiptOf({ ending: 'Silence' }),
  receiptOf({ ending: 'Lapse', verdict: 0 }),
  receiptOf({ ending: 'GiveUp', verdict: 0 }),
  receiptOf({ ending: 'Expiry', worker: zeroAddress }),
]

describe('reputation', () => {
  it('counts what the asker knows', () => {
    const { judged, quality, unjudged, lapsed, gaveUp, earned } = of(honest)
    expect([judged.value, quality, unjudged.value, lapsed.value, gaveUp.value]).toEqual([2n, 8_000, 1n, 1n, 1n])
    expect(earned[`1:${zeroAddress}`]?.value).toBe(26n * 10n ** 17n)
  })

  it('is moved by no trusted figure when a worker deals a thousand tasks with itself', () => {
    const before = figuresOf(of(honest))
    const worker = addressOf('worker')
    const self = Array.from({ length: 1_000 }, (_, index) => {
      // Its own accounts as both sides, strangers it made, and known names on one side: an evaluator is named without being asked.
      const ways: readonly Partial<reputation.Receipt>[] = [
        { requester: worker },
        { requester: addressOf(`sybil ${index}`) },
        { requester: addressOf(`sybil ${index}`), evaluator: addressOf(`judge ${index}`) },
        { evaluator: addressOf(`judge ${index}`) },
        { evaluator: worker },
        { token: addressOf(`coin ${index % 3}`), price: 10n ** 40n },
        { chainId: 666 },
      ]
      return receiptOf(ways[index % ways.length])
    })
    const after = of([...self, ...honest])
    expect(figuresOf(after)).toBe(before)
    expect(after.ignored).toHaveLength(1_001)
    expect(after.ignored.every(({ reasons }) => reasons.length > 0)).toBe(true)
  })

  it('weighs a worker that is known as a requester no more when it is its own', () => {
    const worker = addressOf('worker')
    const trusting = { ...known, requesters: [...known.requesters, { chainId: 1, address: worker }] }
    const { judged, ignored } = of([receiptOf({ requester: worker })], { known: trusting })
    expect(judged.value).toBe(0n)
    expect(ignored[0]?.reasons).toEqual(['self-dealt'])
  })

  it('takes namesakes on other chains for others', () => {
    expect(of([receiptOf({ workerChainId: 2n })]).ignored[0]?.reasons).toEqual(['not-the-worker'])
    const there = of([receiptOf({ chainId: 2 })]).ignored[0]?.reasons
    expect(there).toEqual(['requester-unknown', 'evaluator-unknown', 'token-unknown'])
    const both = [...accounts, { chainId: 2, address: addressOf('worker') }]
    expect(of([receiptOf({ workerChainId: 2n })], { accounts: both }).judged.value).toBe(1n)
  })

  it('counts a receipt once, however often it is shown', () => {
    const one = receiptOf()
    const { judged, ignored } = of([one, one, { ...one, price: 7n }])
    expect(judged.value).toBe(1n)
    expect(ignored.map(({ reasons }) => reasons)).toEqual([['twice'], ['twice']])
  })

  it('adds coins of one unit up, whatever their decimals', () => {
    const [six, twenty] = [addressOf('six'), addressOf('twenty')]
    const tokens = [
      { chainId: 1, address: six, unit: 'USD', decimals: 6 },
      { chainId: 1, address: twenty, unit: 'USD', decimals: 20 },
    ]
    const { earned } = of([receiptOf({ token: six, price: 5_000_000n }), receiptOf({ token: twenty, price: 3n * 10n ** 20n })], {
      known: { ...known, tokens },
    })
    expect(earned.USD?.value).toBe(8n * 10n ** 18n)
  })

  it('joins what the asker knows with what its charters vouch for', () => {
    const mine = { ...known, tokens: [{ chainId: 1, address: zeroAddress, unit: 'ETH' }] }
    const charter = {
      requesters: [{ chainId: 1, address: addressOf('member') }],
      evaluators: [],
      tokens: [{ chainId: 1, address: zeroAddress, unit: 'other' }],
    }
    const joined = reputation.joinKnown([mine, charter, mine])
    expect(joined.requesters).toHaveLength(2)
    expect(joined.tokens).toEqual([{ chainId: 1, address: zeroAddress, unit: 'ETH' }])
    expect(of([receiptOf({ requester: addressOf('member') })], { known: joined }).judged.value).toBe(1n)
  })

  it('explains a figure down to its receipts', () => {
    const { judged } = of(honest)
    const [line, ...each] = reputation.explainFigure('judged', judged)
    expect(line).toBe('judged is 2, from 2 receipts')
    expect(each).toEqual(judged.parts.map(({ receipt }) => expect.stringContaining(receipt.transactionHash)))
  })

  it('consists of its receipts and of nothing else, for any receipts', () => {
    const name = fc.constantFrom('requester', 'evaluator', 'worker', 'stranger')
    const receipt = fc
      .record({
        requester: name.map(addressOf),
        evaluator: name.map(addressOf),
        worker: name.map(addressOf),
        workerChainId: fc.constantFrom(1n, 2n),
        chainId: fc.constantFrom(1, 2),
        token: fc.constantFrom(zeroAddress, addressOf('coin')),
        verdict: fc.integer({ min: 0, max: 10_000 }),
        price: fc.bigInt({ min: 0n, max: 2n ** 128n }),
        ending: fc.constantFrom(
          'Verdict',
          'Silence',
          'Lapse',
          'Expiry',
          'Cancellation',
          'GiveUp',
          'Split',
          'Concession',
          'Ruling',
          'NoRuling',
        ),
      })
      .map((fields) => receiptOf(fields))
    fc.assert(
      fc.property(fc.array(receipt, { maxLength: 40 }), (receipts) => {
        const found = of(receipts)
        const figures = [found.judged, found.verdicts, found.unjudged, found.lapsed, found.gaveUp, ...Object.values(found.earned)]
        for (const { value, parts } of figures) expect(parts.reduce((sum, { adds }) => sum + adds, 0n)).toBe(value)
        for (const { parts } of figures) {
          for (const part of parts) {
            const { requester, evaluator, worker, chainId, token, workerChainId } = part.receipt
            expect([requester, evaluator, worker, chainId, token, workerChainId]).toEqual([
              addressOf('requester'),
              addressOf('evaluator'),
              addressOf('worker'),
              1,
              zeroAddress,
              1n,
            ])
          }
        }
        // Each receipt counts, or is ignored for a reason, or tells of nobody's work.
        const counted = found.judged.parts.length + found.unjudged.parts.length + found.lapsed.parts.length + found.gaveUp.parts.length
        const idle = receipts.filter(({ ending }) => ['Expiry', 'Cancellation'].includes(ending)).length
        expect(counted + found.ignored.length).toBeLessThanOrEqual(receipts.length)
        expect(counted + found.ignored.length + idle).toBeGreaterThanOrEqual(receipts.length)
      }),
      { numRuns: 200, seed: 7 },
    )
  })
})
