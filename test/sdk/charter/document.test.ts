import fc from 'fast-check'
import { type Address, getAddress, numberToHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { charter, errors } from '../../../sdk/src/index.ts'

const addressOf = (value: number): Address => getAddress(numberToHex(value, { size: 20 }))
const chains = [
  { chainId: 10, finality: { kind: 'depth', depth: 12 }, blockTime: 2_000, relayTime: 30, clockSkew: 15, outage: 3_600 },
  { chainId: 1, finality: { kind: 'finalized' }, blockTime: 12_000, relayTime: 60, clockSkew: 15, outage: 0 },
] as const
const forms = [
  { chainId: 10, token: addressOf(0x20), decimals: 6 },
  { chainId: 1, token: addressOf(0x10), decimals: 18 },
] as const
const good = charter.createDocument({ name: 'Hansards', members: [3, 1, 2].map(addressOf), chains, tokens: [forms] })

describe('a document', () => {
  it('has one form, whatever the order in which it was written', () => {
    expect(good.members).toEqual([1, 2, 3].map(addressOf))
    expect(good.quorum).toBe(2)
    expect(good.chains.map(({ chainId }) => chainId)).toEqual([1, 10])
    const again = charter.createDocument({ ...good, members: [...good.members].reverse(), chains: [...chains], tokens: [[...forms]] })
    expect(charter.documentHashOf(again)).toBe(charter.documentHashOf(good))
  })

  it('comes back from JSON and from the form of the contract', () => {
    expect(charter.documentFromJson(charter.documentToJson(good))).toEqual(good)
    expect(charter.documentOf(charter.documentArgument(good))).toEqual(good)
  })

  it.each([
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['another format', charter.documentToJson(good).replace('hanse-charter-1', 'hanse-charter-2')],
    ['a field that no charter has', charter.documentToJson(good).replace('"quorum"', '"vetoes": 1, "quorum"')],
    ['a field less', charter.documentToJson(good).replace('"quorum": 2,', '')],
    ['a number as text', charter.documentToJson(good).replace('"quorum": 2', '"quorum": "2"')],
    ['a member that is none', charter.documentToJson(good).replace(addressOf(1), '0x01')],
    ['an unknown finality', charter.documentToJson(good).replace('"finalized"', '"soon"')],
    ['a depth of what has none', charter.documentToJson(good).replace('"kind": "finalized"', '"kind": "finalized", "depth": 1')],
  ])('refuses %s', (_, text) => {
    expect(() => charter.documentFromJson(text)).toThrow(errors.FormatError)
  })

  it.each([
    ['quorum', { quorum: 1 }],
    ['quorum', { quorum: 4 }],
    ['members', { members: [] as readonly Address[] }],
    ['members', { members: [addressOf(2), addressOf(1)] }],
    ['members', { members: [addressOf(0), addressOf(1)] }],
    ['chains', { chains: [...good.chains].reverse() }],
    ['tokens[0]', { tokens: [[forms[0]]] }],
    ['tokens', { tokens: [good.tokens[0] ?? [], good.tokens[0] ?? []] }],
    ['windows.work', { windows: { ...good.windows, work: 2 ** 24 } }],
  ])('that breaks the rule of %s is refused by name', (rule, changes) => {
    const broken = { ...good, ...changes }
    expect(charter.documentProblems(broken).map((problem) => problem.rule)).toContain(rule)
    expect(() => charter.documentHashOf(broken)).toThrow(errors.DocumentInvalidError)
  })

  it('may openly let quorums contradict each other', () => {
    expect(charter.documentProblems({ ...good, quorum: 1, isConflicting: true })).toEqual([])
  })
})

describe('diff', () => {
  it('names the one rule in which two documents differ, in words', () => {
    const other = {
      ...good,
      chains: good.chains.map((rule) => (rule.chainId === 10 ? { ...rule, finality: { kind: 'depth', depth: 1 } as const } : rule)),
    }
    expect(charter.diff(good, other)).toEqual([
      {
        rule: 'chains[10].finality',
        one: '12 blocks',
        other: '1 block',
        text: 'The finality of chain 10 (chains[10].finality) is "12 blocks" here and "1 block" there.',
      },
    ])
    expect(() => charter.requireSame(good, other)).toThrow(/chains\[10\]\.finality/)
    expect(() => charter.requireSame(good, { ...good, name: 'Other' })).not.toThrow()
  })

  it('says who is a member of one alone, and which token counts for less', () => {
    const other = { ...good, members: [1, 2, 4].map(addressOf), tokens: [good.tokens[0]?.map((form) => ({ ...form, decimals: 6 })) ?? []] }
    const rules = charter.diff(good, other).map(({ rule }) => rule)
    expect(rules).toEqual([
      `members[${addressOf(3)}]`.toLowerCase(),
      `tokens[1:${addressOf(0x10)}]`.toLowerCase(),
      `members[${addressOf(4)}]`.toLowerCase(),
    ])
  })

  it('finds every change that changes the hash, but for the name, and nothing else', () => {
    const number = fc.nat({ max: 1_000 })
    const rule = fc.record({ blockTime: number, relayTime: number, clockSkew: number, outage: number })
    const changed = fc
      .record({
        quorum: fc.constantFrom(2, 3),
        rule,
        windows: fc.record({ work: number, grace: number }),
        isMembersOnly: fc.boolean(),
        maxLease: number,
      })
      .map(({ quorum, rule: values, windows, ...policies }) =>
        charter.createDocument({ ...good, quorum, chains: [{ chainId: 1, finality: { kind: 'safe' }, ...values }], windows, policies }),
      )
    fc.assert(
      fc.property(changed, changed, (one, other) => {
        const isSame = charter.documentHashOf(one) === charter.documentHashOf(other)
        expect(charter.diff(one, other).length === 0).toBe(isSame)
        expect(charter.diff(one, other).map(({ rule: name }) => name)).toEqual(charter.diff(other, one).map(({ rule: name }) => name))
      }),
      { seed: 0x48616e73, numRuns: 200 },
    )
  })
})

describe('amounts of equivalent tokens', () => {
  const [to, from] = [
    { chainId: 10, token: addressOf(0x20) },
    { chainId: 1, token: addressOf(0x10) },
  ]

  it('are exact or refused', () => {
    expect(charter.convertAmount(good, { amount: 10n ** 18n, from, to })).toBe(10n ** 6n)
    expect(charter.convertAmount(good, { amount: 7n, from: to, to: from })).toBe(7n * 10n ** 12n)
    expect(() => charter.convertAmount(good, { amount: 1n, from, to })).toThrow(errors.FormatError)
    expect(() => charter.convertAmount(good, { amount: 1n, from, to: { chainId: 10, token: addressOf(9) } })).toThrow(errors.FormatError)
  })
})
