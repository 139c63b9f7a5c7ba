import type { Hex } from 'viem'
import type { Books } from './books.ts'
import type { GasOfStep } from './gas.ts'
import { messagesOf, nameOf, type ObservedChain } from './observe.ts'
import type { TaskStory } from './tally.ts'

/** How a run ended. */
export type Outcome = {
  ok: boolean
  tasks: number
  settled: number
  /** Settled with nothing: wrong reports. */
  rejected: number
  /** Assignments that lapsed and were taken over. */
  lapses: number
  /** Tasks that were handed in, or worked on under one token, more than once. */
  duplicates: number
  messages: number
  executed: number
  batches: number
  reconciled: boolean
  seconds: number
  killed: readonly string[]
  reorgs: number
  /** Milliseconds from finality to execution, over all messages, as a bystander saw it. */
  beyondFinalityMs: { median: number; max: number }
  gas: readonly GasOfStep[]
  /** What is not as it should be, in words. */
  faults: readonly string[]
}

/** What a run left behind, and what it was to do. */
export type Run = {
  chains: readonly ObservedChain[]
  stories: readonly TaskStory[]
  books: Books
  gas: readonly GasOfStep[]
  nameOfSpec: (specHash: Hex) => string
  expectedTasks: number
  /** Wrong reports that were told at most. */
  lies: number
  doubleWork: number
  killed: readonly string[]
  reorgs: number
  seconds: number
}

/** Judges a run: every task settled as it should, nothing done twice, every message executed, all books closed. */
export function judge(run: Run): Outcome {
  const { stories, chains, books } = run
  const messages = messagesOf(chains)
  const settled = stories.filter(({ state }) => state === 'settled')
  const rejected = settled.filter(({ verdict }) => verdict === 0)
  const duplicates = run.doubleWork + stories.filter(({ submissions }) => submissions > 1).length
  const executed = messages.filter(({ executedIn }) => executedIn)
  const delays = executed.flatMap(({ beyondFinalityMs }) => beyondFinalityMs ?? []).sort((a, b) => a - b)
  const faults = [
    ...(settled.length === run.expectedTasks ? [] : [`${settled.length} of ${run.expectedTasks} tasks settled`]),
    ...(rejected.length <= run.lies ? [] : [`${rejected.length} reports rejected, at most ${run.lies} were lies`]),
    ...(duplicates === 0 ? [] : [`${duplicates} tasks were done twice`]),
    ...(executed.length === messages.length ? [] : [`${messages.length - executed.length} messages were not executed`]),
    ...books.discrepancies.map(
      ({ chainId, account, what, expected, actual }) =>
        `${what} of ${account} on ${nameOf(chains, chainId)}: ${expected} expected, ${actual} there`,
    ),
  ]
  return {
    ok: faults.length === 0,
    tasks: run.expectedTasks,
    settled: settled.length,
    rejected: rejected.length,
    lapses: stories.reduce((sum, { lapses }) => sum + lapses, 0),
    duplicates,
    messages: messages.length,
    executed: executed.length,
    batches: new Set(executed.map(({ executedIn }) => executedIn)).size,
    reconciled: books.discrepancies.length === 0,
    seconds: Math.round(run.seconds * 10) / 10,
    killed: run.killed,
    reorgs: run.reorgs,
    beyondFinalityMs: { median: delays[Math.floor(delays.length / 2)] ?? 0, max: delays.at(-1) ?? 0 },
    gas: run.gas,
    faults,
  }
}
