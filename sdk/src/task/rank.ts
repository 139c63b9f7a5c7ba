import { type Address, concat, type Hex, keccak256 } from 'viem'

/** What `orderOf` takes. */
export type OrderOfParameters = {
  readonly taskId: Hex
  /** Who is idle, as far as the asker knows. Order and repetitions do not matter. */
  readonly agents: readonly Address[]
  /**
   * Something that nobody knew when the task was posted, such as the hash of the block that opened it: then its requester could not choose
   * the terms so that somebody comes first. Default: none.
   */
  readonly seed?: Hex
}

/** What `rankOf` takes. */
export type RankOfParameters = OrderOfParameters & {
  /** Whose rank. Need not be among the agents. */
  readonly account: Address
}

/**
 * How many of the agents come before an account for a task: 0 comes first. A public permutation of the agents, another one for every task,
 * that each of them finds alone. An agent that claims only `rankOf` blocks after the opening meets nobody who follows the same rule.
 *
 * Two that know of different agents stay close: each agent that one of them misses moves a rank by at most one. The rank binds nobody;
 * the escrow gives the task to whoever claims first.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const blocks = task.rankOf({ taskId, agents, account })
 * ```
 */
export function rankOf({ account, agents, ...at }: RankOfParameters): number {
  const scoreOf = scoring(at)
  const own = scored(account, scoreOf)
  const before = agents.map((agent) => scored(agent, scoreOf)).filter((other) => compare(other, own) < 0)
  return new Set(before.map(({ address }) => address)).size
}

/**
 * The agents in the order in which a task is theirs to claim, each once, in lower case: `orderOf(...)[r]` has rank r.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const [first, second] = task.orderOf({ taskId, agents })
 * ```
 */
export function orderOf({ agents, ...at }: OrderOfParameters): readonly Address[] {
  const scoreOf = scoring(at)
  const all = new Map(agents.map((agent) => scored(agent, scoreOf)).map((one) => [one.address, one]))
  return [...all.values()].sort(compare).map(({ address }) => address)
}

type Scored = { readonly address: Address; readonly score: number }

function scored(agent: Address, scoreOf: (agent: Address) => number): Scored {
  return { address: lowerCase(agent), score: scoreOf(agent) }
}

function lowerCase(address: Address): Address {
  return `0x${address.slice(2).toLowerCase()}`
}

/** The address decides between equal scores, so that everybody orders alike. */
function compare(one: Scored, other: Scored): number {
  if (one.score !== other.score) return one.score - other.score
  if (one.address === other.address) return 0
  return one.address < other.address ? -1 : 1
}

/**
 * A score of 53 bits for each account: the upper bits of HalfSipHash-2-4 with 64 bits of output over the 20 bytes of the address, its two
 * words read as b0, b1. The key is the first 8 bytes of the task's id or, with a seed, of keccak-256 over id and seed. A keyed hash, since
 * addresses can be chosen and ids of tasks cannot be foreseen; a short one, since with N agents a task needs N of them.
 */
function scoring({ taskId, seed }: Pick<OrderOfParameters, 'taskId' | 'seed'>): (account: Address) => number {
  const key = seed === undefined ? taskId : keccak256(concat([taskId, seed]))
  const [k0, k1] = [wordAt(key, 0), wordAt(key, 1)]
  return (account) => {
    let [v0, v1, v2, v3] = [k0, k1 ^ 0xee, k0 ^ 0x6c796765, k1 ^ 0x74656462]
    const mix = (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        v0 = (v0 + v1) | 0
        v1 = rotate(v1, 5) ^ v0
        v0 = rotate(v0, 16)
        v2 = (v2 + v3) | 0
        v3 = rotate(v3, 8) ^ v2
        v0 = (v0 + v3) | 0
        v3 = rotate(v3, 7) ^ v0
        v2 = (v2 + v1) | 0
        v1 = rotate(v1, 13) ^ v2
        v2 = rotate(v2, 16)
      }
    }
    for (let index = 0; index <= 5; index++) {
      const word = index === 5 ? 20 << 24 : wordAt(account, index)
      v3 ^= word
      mix(2)
      v0 ^= word
    }
    v2 ^= 0xee
    mix(4)
    const high = (v1 ^ v3) >>> 0
    v1 ^= 0xdd
    mix(4)
    return high * 2 ** 21 + ((v1 ^ v3) >>> 11)
  }
}

/** The word of 4 bytes at this place, the lowest byte first. */
function wordAt(bytes: Hex, index: number): number {
  const word = Number.parseInt(bytes.slice(2 + 8 * index, 10 + 8 * index), 16)
  return (word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24)
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
