import { zeroAddress, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { judge, type Run } from '../../scripts/witness/judge.ts'
import { look, type ObservedChain, type SuiteEvent } from '../../scripts/witness/observe.ts'
import type { TaskStory } from '../../scripts/witness/tally.ts'

const story: TaskStory = {
  ...{ taskId: zeroHash, state: 'settled', reward: 1n, specHash: zeroHash, worker: undefined, lapses: 0 },
  ...{ submissions: 1, verdict: 10_000, paid: 1n, sendIds: [] },
}
const good: Run = {
  ...{ chains: [], stories: [story, story], books: { discrepancies: [], gas: [] }, gas: [], nameOfSpec: (hash) => hash },
  ...{ expectedTasks: 2, lies: 0, doubleWork: 0, killed: [], reorgs: 0, seconds: 1 },
}

describe('the judgement of a run', () => {
  it('is good when all settled, once, and the books balance', () => {
    expect(judge(good)).toMatchObject({ ok: true, settled: 2, duplicates: 0, reconciled: true, faults: [] })
  })

  const wei = { chainId: 1, account: zeroAddress, what: 'native coin', expected: 5n, actual: 4n } as const
  it.each<[string, Partial<Run>, RegExp]>([
    ['a task that did not settle', { stories: [story, { ...story, state: 'submitted' }] }, /1 of 2 tasks settled/],
    ['a task that is missing', { stories: [story] }, /1 of 2 tasks settled/],
    ['right work that was rejected', { stories: [story, { ...story, verdict: 0 }] }, /1 reports rejected/],
    ['work that was handed in twice', { stories: [story, { ...story, submissions: 2 }] }, /1 tasks were done twice/],
    ['work that was begun twice', { doubleWork: 1 }, /1 tasks were done twice/],
    ['a wei that nobody can account for', { books: { discrepancies: [wei], gas: [] } }, /native coin of .* 5 expected, 4 there/],
    ['a message that never ran', { chains: [chainWithMessage()] }, /1 messages were not executed/],
  ])('sees %s', (_, change, fault) => {
    const outcome = judge({ ...good, ...change })
    expect(outcome.ok).toBe(false)
    expect(outcome.faults).toEqual([expect.stringMatching(fault)])
  })
})

it('passes over no block when the node is already further than it said', async () => {
  const asked: [bigint, bigint][] = []
  let [head, final] = [10n, 12n]
  const client = {
    getBlockNumber: async () => head,
    getBlock: async () => ({ number: final }),
    getLogs: async ({ fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint }) => {
      asked.push([fromBlock, toBlock])
      return []
    },
  }
  const chain = { ...chainWithMessage(), client, finality: { kind: 'finalized' }, head: 0n, final: 0n } as unknown as ObservedChain
  await look(chain)
  head = 15n
  final = 13n
  await look(chain)
  expect(asked).toEqual([
    [1n, 10n],
    [11n, 15n],
  ])
  expect(chain.final).toBe(13n)
})

/** A chain that sent one message, which nobody delivered. */
function chainWithMessage(): ObservedChain {
  const place = { blockNumber: 1n, transactionHash: zeroHash }
  const events = [
    { eventName: 'LaneAdvanced', args: { destinationChainId: 2n, nonce: 1n, head: zeroHash }, ...place },
    { eventName: 'MessageSent', args: { sendId: zeroHash }, ...place },
  ]
  const chain = { name: 'A', chainId: 1, deployment: { gateway: zeroAddress }, finalEvents: events, tailEvents: [], finalAt: new Map() }
  return { ...chain, seenAt: new Map() } as unknown as ObservedChain & { finalEvents: SuiteEvent[] }
}
