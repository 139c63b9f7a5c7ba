import { zeroAddress, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { taskEscrowAbi } from '../../../sdk/src/abis/index.ts'
import { decodeRevert } from '../../../sdk/src/errors/index.ts'
import { task } from '../../../sdk/src/index.ts'
import { latestEndOf, termProblems } from '../../../sdk/src/task/termRules.ts'
import { answers, people, startTasks, type TaskBench } from '../support/tasks.ts'

const home = 31_337
let bench: TaskBench
let now: number
let good: task.Terms

beforeAll(async () => {
  bench = await startTasks()
  good = await bench.termsNow()
  // The second at which a call is judged: a contract tells it.
  await bench.chain.node.setCode({ address: clock, bytecode: '0x425f5260205ff3' })
  const { data } = await bench.chain.node.call({ to: clock })
  now = Number(data)
})

const clock = '0x00000000000000000000000000000000000000c7'

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Choices = Readonly<Partial<Record<keyof task.Terms, readonly unknown[]>>>

/** Values at and around each limit. */
function choices(): Choices {
  const share = [0, 1, 9_999, 10_000, 10_001, 65_535]
  const window = [0, 1, 500, 0xff_ffff]
  const year = 365 * 86_400
  return {
    evaluator: [zeroAddress, people.evaluator.address],
    reward: [0n, 1n, 1_000n],
    workerBond: [0n, 1n],
    evaluatorFee: [0n, 5n],
    triggerReward: [0n, 5n],
    delegable: [0n, 1n, 999n, 1_000n, 1_001n],
    slashShare: share,
    floor: share,
    silence: share,
    defaultSplit: share,
    minPrerequisiteShare: share,
    arbitrator: [zeroAddress, people.arbitrator.address, people.requester.address],
    disputeBond: [0n, 1n],
    disputeWindow: window,
    arbitrationWindow: window,
    challengeWindow: window,
    reviewWindow: window,
    workWindow: window,
    grace: [0, 1, 500],
    openUntil: [now - 1, now, now + 1, now + year - 1_000, now + year - 999, now + year],
    suspectBond: [0n, 1n, (1n << 96n) - 1n, 1n << 96n],
    answerWindow: [0, 1, 0xff_ffff, 0x100_0000],
    allocation: [zeroAddress, answers.one],
    allocationParams: [zeroHash, `0x${'01'.repeat(32)}`],
    maxRevisions: [0, 1, 15, 16, 255],
    handoffRule: [0, 1, 2, 3, 255],
    prerequisites: [zeroHash, `0x${'02'.repeat(32)}`],
    charter: [zeroHash, `0x${'03'.repeat(32)}`],
    epoch: [0, 1],
    chains: [
      [],
      [1n],
      [2n, 1n],
      [1n, 1n],
      [BigInt(home)],
      [0n],
      [(1n << 64n) - 1n],
      [1n << 64n],
      Array.from({ length: 64 }, (_, index) => BigInt(index + 1)),
      Array.from({ length: 65 }, (_, index) => BigInt(index + 1)),
    ],
  }
}

/** What the escrow says of terms at `now`: the field that it refuses, or that it takes them. */
async function refusalOf(terms: task.Terms): Promise<string | undefined> {
  const { chain } = bench
  try {
    await chain.node.simulateContract({
      abi: taskEscrowAbi,
      address: chain.deployment.taskEscrow,
      functionName: 'open',
      args: [terms],
      account: people.requester.address,
      value: task.totalOf(terms),
    })
    return undefined
  } catch (error) {
    const { code, args } = decodeRevert(error) ?? {}
    // Said last of all. Whether a charter exists is not for the terms to tell.
    if (code === 'CharterUnknown') return terms.epoch === 0 ? 'epoch' : undefined
    if (code !== 'TermInvalid') throw error
    const field = String(args?.field)
    return field === 'latestEnd' ? 'openUntil' : field
  }
}

describe('termProblems', () => {
  it('agrees with the escrow on the latest end of any terms', async () => {
    const { chain } = bench
    const random = randomOf(1)
    for (let round = 0; round < 40; round++) {
      const terms = mixed({ random, changes: 12 })
      const end = await chain.node.readContract({
        abi: taskEscrowAbi,
        address: chain.deployment.taskEscrow,
        functionName: 'latestEnd',
        args: [terms],
      })
      expect(BigInt(latestEndOf(terms))).toBe(end)
    }
  })

  it('refuses what the escrow refuses, for its reason, and nothing else', { timeout: 120_000 }, async () => {
    const random = randomOf(2)
    const seen = { taken: 0, refused: new Set<string>() }
    const alone = bases().flatMap((base) =>
      Object.entries(choices()).flatMap(([field, values]) => values.map((value) => ({ ...base, [field]: value }))),
    )
    const together = Array.from({ length: 300 }, () => mixed({ random, changes: 1 + Math.floor(random() * 3) }))
    for (const terms of [...alone, ...together]) {
      const problems = termProblems({ terms, homeChainId: home, now }).map(({ field }) => field)
      const refused = await refusalOf(terms)
      if (refused === undefined) {
        expect(
          problems,
          JSON.stringify(terms, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
        ).toEqual([])
        seen.taken += 1
      } else {
        expect(problems).toContain(refused)
        seen.refused.add(refused)
      }
    }
    // Both answers were heard often enough to mean something.
    expect(seen.taken).toBeGreaterThan(60)
    expect(seen.refused.size).toBeGreaterThan(18)
  })
})

/** Good terms of tasks that use different features. */
const bases = (): readonly task.Terms[] => [
  good,
  { ...good, suspectBond: 1n, answerWindow: 10 },
  { ...good, arbitrator: people.arbitrator.address, disputeWindow: 100, arbitrationWindow: 100 },
  { ...good, allocation: answers.one, challengeWindow: 100 },
  { ...good, prerequisites: `0x${'02'.repeat(32)}`, minPrerequisiteShare: 5_000 },
  { ...good, chains: [5n], grace: 100 },
]

type Mix = { readonly random: () => number; readonly changes: number }

/** Good terms with some fields at other values. */
function mixed({ random, changes }: Mix): task.Terms {
  const entries = Object.entries(choices())
  const pick = <value>(values: readonly value[]): value | undefined => values[Math.floor(random() * values.length)]
  const changed = Array.from({ length: changes }, () => pick(entries)).flatMap((entry) =>
    entry === undefined ? [] : [[entry[0], pick(entry[1])]],
  )
  return { ...good, ...pick(bases()), ...Object.fromEntries(changed) }
}
