import { formatEther, type Hex } from 'viem'
import type { Books } from './books.ts'
import type { GasOfStep } from './gas.ts'
import { messagesOf, nameOf, type ObservedChain, short } from './observe.ts'
import { table } from './table.ts'
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

/** The outcome for people. */
export function formatOutcome(run: Run, outcome: Outcome): string {
  const lines = [
    taskTable(run),
    table(
      ['gas per step', 'gas', 'times', 'transactions'],
      outcome.gas.map(({ step, gas, count, transactions }) => [step, String(gas), String(count), String(transactions)]),
    ),
    `  ${outcome.messages} messages in ${outcome.batches} batches, ${outcome.executed} executed; time beyond finality: median ${outcome.beyondFinalityMs.median} ms, most ${outcome.beyondFinalityMs.max} ms`,
    `  killed: ${outcome.killed.join(', ') || 'nobody'}; reorgs: ${outcome.reorgs}; lapsed and taken over: ${outcome.lapses}; rejected: ${outcome.rejected}; done twice: ${outcome.duplicates}`,
    balanceLine(run, outcome),
    outcome.ok
      ? `  All ${outcome.tasks} tasks settled in ${outcome.seconds} s.`
      : `  NOT as it should be:\n${outcome.faults.map((fault) => `    ${fault}`).join('\n')}`,
  ]
  return lines.join('\n\n')
}

function taskTable({ stories, chains, nameOfSpec }: Run): string {
  const messages = messagesOf(chains)
  const rows = stories.map(({ specHash, worker, state, verdict, paid, lapses, sendIds }) => {
    const own = messages.filter(({ sendId }) => sendIds.includes(sendId))
    const beyond = Math.max(0, ...own.map(({ beyondFinalityMs }) => beyondFinalityMs ?? 0))
    const origins = [...new Set(own.map(({ origin }) => origin.name))]
    return [
      nameOfSpec(specHash),
      worker ? `${short(worker.account)} on ${nameOf(chains, worker.chainId)}` : '-',
      origins.length > 0 ? `${origins.join('+')}→${nameOf(chains, own[0]?.destinationChainId ?? 0)}` : '-',
      `${beyond} ms`,
      verdict === undefined ? state : `${state}, ${verdict / 100} %`,
      `${formatEther(paid)} MARK`,
      lapses > 0 ? `lapsed ${lapses}x` : '',
    ]
  })
  return table(['task', 'worker', 'chains', 'beyond finality', 'end', 'paid', ''], rows)
}

function balanceLine({ books, chains }: Run, { reconciled }: Outcome): string {
  const wei = chains.map(({ name, chainId }) => {
    const spent = books.gas.filter((entry) => entry.chainId === chainId).reduce((sum, entry) => sum + entry.wei, 0n)
    return `${name} ${spent} wei`
  })
  return `  balances ${reconciled ? 'reconcile to the last wei' : 'DO NOT reconcile'}; gas paid on ${wei.join(', ')}`
}
