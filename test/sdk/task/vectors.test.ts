import { readFileSync } from 'node:fs'
import { type Address, encodeAbiParameters, type Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import { taskIdOf, termsParameter } from '../../../sdk/src/task/taskId.ts'
import { type Terms, unusedTerms } from '../../../sdk/src/task/terms.ts'

type RawTerms = Record<string, string | string[]>
type TaskCase = { name: string; chainId: string; escrow: Address; terms: RawTerms; encoded: Hex; taskId: Hex }

const { cases }: { cases: TaskCase[] } = JSON.parse(readFileSync(new URL('../../vectors/task.json', import.meta.url), 'utf8'))
const template: Record<string, unknown> = { ...unusedTerms, reward: 0n, workerBond: 0n }

/** Amounts are bigints, other integers numbers, as viem maps them. */
function termsOf(raw: RawTerms): Terms {
  const entries = termsParameter().components.map(({ name, type }) => {
    const value = raw[name]
    if (Array.isArray(value)) return [name, value.map(BigInt)]
    if (!type.startsWith('uint')) return [name, value]
    return [name, typeof template[name] === 'bigint' ? BigInt(value ?? 0) : Number(value)]
  })
  return Object.fromEntries(entries)
}

describe('vectors', () => {
  it.each(cases)('terms and task id: $name', ({ chainId, escrow, terms: raw, encoded, taskId }) => {
    const terms = termsOf(raw)
    expect(encodeAbiParameters([termsParameter()], [terms])).toBe(encoded)
    // The extreme chain id is no safe integer: nobody has such a chain, and the SDK names chains by numbers.
    if (Number.isSafeInteger(Number(chainId))) expect(taskIdOf({ chainId: Number(chainId), escrow, terms })).toBe(taskId)
  })
})
