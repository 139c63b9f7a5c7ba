import fc from 'fast-check'
import { type Address, getAddress, type Hex, keccak256, numberToHex, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { orderOf, rankOf } from '../../../sdk/src/task/rank.ts'

const agent = (index: number): Address => `0x${keccak256(toHex(`agent ${index}`)).slice(26)}`
const agents = Array.from({ length: 50 }, (_, index) => agent(index))
const taskOf = (index: number): Hex => keccak256(numberToHex(index, { size: 32 }))

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((value) => toHex(value))
const addresses = fc.uniqueArray(bytes(20), { minLength: 1, maxLength: 30 })

describe('rankOf', () => {
  // HalfSipHash-2-4, 64 bits, key 00..07, message 00..13 of the authors: 1b f5 2b 0a 6f ee a7 db. Against the score of an account that is
  // known only by its rank, so the ranks of all others follow from the same function.
  it('orders by HalfSipHash-2-4 of the address under the id of the task', () => {
    const taskId = '0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
    const known = scoreOf({ key: [0x03020100, 0x07060504], message: '0x000102030405060708090a0b0c0d0e0f10111213' })
    expect(known).toEqual([0x0a2bf51b, 0xdba7ee6f])
    const reference = [...agents].sort((one, other) => {
      const [a, b] = [one, other].map((message) => scoreOf({ key: [0x03020100, 0x07060504], message }))
      return (a?.[0] ?? 0) - (b?.[0] ?? 0) || (a?.[1] ?? 0) - (b?.[1] ?? 0)
    })
    expect(orderOf({ taskId, agents })).toEqual(reference)
  })

  it('is the place in the order, whatever the list looks like', () => {
    fc.assert(
      fc.property(addresses, bytes(32), fc.option(bytes(32), { nil: undefined }), (list, taskId, seed) => {
        const at = { taskId, ...(seed === undefined ? {} : { seed }) }
        const order = orderOf({ ...at, agents: [...list].reverse() })
        expect([...order].sort()).toEqual([...list].sort())
        const shuffled = [...list.map((one) => getAddress(one)), ...list].reverse()
        order.forEach((account, place) => {
          expect(rankOf({ ...at, agents: shuffled, account: getAddress(account) })).toBe(place)
        })
      }),
      { numRuns: 50 },
    )
  })

  it('moves by at most one for each agent that one does not know', () => {
    fc.assert(
      fc.property(addresses, bytes(20), bytes(32), fc.nat(), (list, account, taskId, drop) => {
        const fewer = list.filter((_, index) => index !== drop % list.length)
        const moved = rankOf({ taskId, agents: list, account }) - rankOf({ taskId, agents: fewer, account })
        expect([0, 1]).toContain(moved)
      }),
      { numRuns: 100 },
    )
  })

  it('is fair: nobody comes first, or last, more often than by chance', () => {
    const tasks = 2_000
    const firsts = new Map<string, number>()
    const lasts = new Map<string, number>()
    for (let index = 0; index < tasks; index++) {
      const order = orderOf({ taskId: taskOf(index), agents })
      for (const [counts, one] of [
        [firsts, order[0]],
        [lasts, order.at(-1)],
      ] as const)
        counts.set(one ?? '', (counts.get(one ?? '') ?? 0) + 1)
    }
    // 49 degrees of freedom: over 85.4 by chance once in a thousand.
    for (const counts of [firsts, lasts]) {
      const expected = tasks / agents.length
      const chi = agents.reduce((sum, one) => sum + ((counts.get(one) ?? 0) - expected) ** 2 / expected, 0)
      expect(chi).toBeLessThan(85.4)
    }
  })

  it('is another one under another seed', () => {
    const taskId = taskOf(1)
    const orders = [undefined, taskOf(2), taskOf(3)].map((seed) => orderOf({ taskId, agents, ...(seed === undefined ? {} : { seed }) }))
    expect(new Set(orders.map((order) => order.join())).size).toBe(3)
  })
})

/** The reference, in words of arbitrary size: what the authors wrote down, not what we did. */
function scoreOf({ key: [k0, k1], message }: { key: readonly [number, number]; message: Hex }): readonly [number, number] {
  const mask = 0xffffffffn
  const turn = (word: bigint, bits: bigint) => ((word << bits) | (word >> (32n - bits))) & mask
  let [v0, v1, v2, v3] = [BigInt(k0), BigInt(k1) ^ 0xeen, BigInt(k0) ^ 0x6c796765n, BigInt(k1) ^ 0x74656462n]
  const rounds = (times: number) => {
    for (let time = 0; time < times; time++) {
      v0 = (v0 + v1) & mask
      v1 = turn(v1, 5n) ^ v0
      v0 = turn(v0, 16n)
      v2 = (v2 + v3) & mask
      v3 = turn(v3, 8n) ^ v2
      v0 = (v0 + v3) & mask
      v3 = turn(v3, 7n) ^ v0
      v2 = (v2 + v1) & mask
      v1 = turn(v1, 13n) ^ v2
      v2 = turn(v2, 16n)
    }
  }
  const data = Buffer.from(message.slice(2), 'hex')
  const words = [0, 4, 8, 12, 16].map((offset) => BigInt(data.readUInt32LE(offset)))
  for (const word of [...words, 20n << 24n]) {
    v3 ^= word
    rounds(2)
    v0 ^= word
  }
  v2 ^= 0xeen
  rounds(4)
  const first = Number(v1 ^ v3)
  v1 ^= 0xddn
  rounds(4)
  return [first, Number(v1 ^ v3)]
}
