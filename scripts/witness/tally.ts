import type { Address, Hex } from 'viem'
import { eventsOf, type ObservedChain } from './observe.ts'

/** How a task ended, as `Ending` of the contract numbers it. */
const endings = ['verdict', 'silence', 'lapse', 'expiry', 'cancellation'] as const

/** The story of one task, told by events alone. */
export type TaskStory = {
  taskId: Hex
  state: 'open' | 'assigned' | 'submitted' | 'settled' | 'expired' | 'cancelled'
  reward: bigint
  specHash: Hex
  worker: { chainId: number; account: Address } | undefined
  /** Assignments that ended without a submission. */
  lapses: number
  submissions: number
  verdict: number | undefined
  /** Price times verdict, base units. */
  paid: bigint
  /** Portal messages about it. */
  sendIds: readonly Hex[]
}

/** Reads every task's story from the home chain's events, and its messages from the portals'. */
export function tallyTasks(home: ObservedChain, chains: readonly ObservedChain[]): readonly TaskStory[] {
  const stories = new Map<Hex, TaskStory>()
  const requests = requestsIn(chains)
  for (const { eventName, args } of eventsOf(home)) {
    if (eventName === 'TaskOpened') stories.set(args.taskId, newStory(args.taskId, args.terms, requests.get(args.taskId) ?? []))
    const story = 'taskId' in args ? stories.get(args.taskId) : undefined
    if (!story) continue
    if (eventName === 'TaskAssigned') {
      story.state = 'assigned'
      story.worker = { chainId: Number(args.chainId), account: args.account }
    } else if (eventName === 'TaskSubmitted') {
      story.state = 'submitted'
      story.submissions += 1
    } else if (eventName === 'TaskReopened') {
      story.state = 'open'
      story.worker = undefined
    } else if (eventName === 'TaskReceipt') end(story, args)
  }
  return [...stories.values()]
}

/** The portal messages about each task. */
function requestsIn(chains: readonly ObservedChain[]): ReadonlyMap<Hex, readonly Hex[]> {
  const requests = new Map<Hex, Hex[]>()
  for (const { eventName, args } of chains.flatMap(eventsOf)) {
    if (eventName === 'TaskRequested') requests.set(args.taskId, [...(requests.get(args.taskId) ?? []), args.sendId])
  }
  return requests
}

function newStory(taskId: Hex, terms: { reward: bigint; specHash: Hex }, sendIds: readonly Hex[]): TaskStory {
  const { reward, specHash } = terms
  return { taskId, state: 'open', reward, specHash, worker: undefined, lapses: 0, submissions: 0, verdict: undefined, paid: 0n, sendIds }
}

function end(story: TaskStory, receipt: { ending: number; price: bigint; verdict: number }): void {
  const ending = endings[receipt.ending]
  if (ending === 'lapse') story.lapses += 1
  else if (ending === 'expiry') story.state = 'expired'
  else if (ending === 'cancellation') story.state = 'cancelled'
  else {
    story.state = 'settled'
    story.verdict = receipt.verdict
    story.paid = (receipt.price * BigInt(receipt.verdict)) / 10_000n
  }
}

/** How many tasks stand in each state. */
export function countStates(stories: readonly TaskStory[]): Readonly<Record<TaskStory['state'], number>> {
  const counts = { open: 0, assigned: 0, submitted: 0, settled: 0, expired: 0, cancelled: 0 }
  for (const { state } of stories) counts[state] += 1
  return counts
}
