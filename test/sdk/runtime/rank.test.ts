import { type Address, zeroAddress, zeroHash } from 'viem'
import { expect, it } from 'vitest'
import { task } from '../../../sdk/src/index.ts'
import type { Held } from '../../../sdk/src/runtime/agentState.ts'
import { boardKey, type TaskOnBoard } from '../../../sdk/src/runtime/board.ts'
import { isItsTurn, type Ranker } from '../../../sdk/src/runtime/rank.ts'
import { accountOf } from '../support/chain.ts'

const seed = `0x${'5e'.repeat(32)}` as const
const terms = task.createTerms({
  ...{ homeChainId: 1, requester: accountOf('requester').address, evaluator: accountOf('evaluator').address, specHash: zeroHash },
  ...{ reward: 10n, workerBond: 5n, openUntil: 1_100, workWindow: 50, reviewWindow: 60, now: 1_000 },
})
const open: task.TaskView = {
  ...{ state: 'Open', worker: undefined, token: 0, steppedAt: 1_000, price: 10_000, revisions: 0, workDeadline: undefined },
  ...{ deliverable: undefined, proposedVerdict: undefined, verdict: undefined, ending: undefined, suspicion: undefined },
}
const wanted: TaskOnBoard = { homeChainId: 1, taskId: `0x${'01'.repeat(32)}`, terms, view: open, seed }
const heldBy = (account: Address, n: number): TaskOnBoard => ({
  ...wanted,
  taskId: `0x${n.toString(16).padStart(64, '0')}`,
  view: { ...open, state: 'Assigned', token: 1, worker: { chainId: 1, account } },
})

/** Five agents in the order in which the task is theirs, on one board, each looking once a block of one second. */
function startLine() {
  const agents = Array.from({ length: 5 }, (_, index) => accountOf(`agent ${index}`))
  const order = task.orderOf({ taskId: wanted.taskId, seed, agents: agents.map(({ address }) => address) })
  const tasks = new Map<string, TaskOnBoard>([[boardKey(wanted), wanted]])
  const line = order.map((address) => {
    const account = agents.find((one) => one.address.toLowerCase() === address)
    if (account === undefined) throw new TypeError('an agent that nobody knows')
    const state: Ranker = {
      account,
      policy: { stakes: [], evaluators: 'any', rankSeconds: 1, rivals: () => agents.map((one) => one.address) },
      board: { tasks, blockSeconds: () => 1 },
    }
    return { address: account.address, state, held: { turn: undefined } as Pick<Held, 'turn'> }
  })
  const offer = { homeChainId: 1, taskId: wanted.taskId, terms, view: open, share: 10_000, price: 10n }
  const spec = { capability: 'test', input: '' }
  const isDue = ({ state, held }: (typeof line)[number], now: number) =>
    isItsTurn(state, { task: wanted, held, offer: { ...offer, spec }, what: 'Open', now })
  /** Which of those that look are due in a block, by rank. */
  const dueAt = async (now: number, looking: readonly number[]) => {
    const due = await Promise.all(line.map(async (one, index) => looking.includes(index) && (await isDue(one, now)) && index))
    return due.filter((index) => index !== false)
  }
  let count = 100
  const takes = (index: number) => {
    const other = heldBy(line[index]?.address ?? zeroAddress, count++)
    tasks.set(boardKey(other), other)
    return () => tasks.delete(boardKey(other))
  }
  return { dueAt, takes }
}

it('gives each rank a block of its own, dead ones included', async () => {
  const { dueAt } = startLine()
  expect(await dueAt(1_000, [1, 2, 3, 4])).toEqual([])
  expect(await dueAt(1_001, [1, 2, 3, 4])).toEqual([1])
  expect(await dueAt(1_002, [2, 3, 4])).toEqual([2])
})

it('lets nobody catch up with the one before when some at the head become busy', async () => {
  const { dueAt, takes } = startLine()
  await dueAt(1_000, [1, 2, 3, 4])
  takes(0)
  expect(await dueAt(1_001, [1, 2, 3, 4])).toEqual([1])
  expect(await dueAt(1_002, [2, 3, 4])).toEqual([2])

  const other = startLine()
  await other.dueAt(1_000, [2, 3, 4])
  other.takes(0)
  other.takes(1)
  expect(await other.dueAt(1_001, [2, 3, 4])).toEqual([2])
  expect(await other.dueAt(1_002, [3, 4])).toEqual([3])
})

it('has whoever is idle first when all others are busy, however long the task is open', async () => {
  const { dueAt, takes } = startLine()
  for (const index of [0, 1, 2, 3]) takes(index)
  expect(await dueAt(1_500, [4])).toEqual([4])
})

it('lets agents that become idle together take turns, though the task is open for long', async () => {
  const { dueAt, takes } = startLine()
  const done = [0, 1, 2, 3, 4].map(takes)
  for (const index of [1, 3]) done[index]?.()
  expect(await dueAt(1_500, [1, 3])).toEqual([1])
  expect(await dueAt(1_501, [3])).toEqual([3])
})
