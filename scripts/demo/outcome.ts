import { formatEther } from 'viem'
import type { Outcome, Run } from '../witness/judge.ts'
import { messagesOf, nameOf, short } from '../witness/observe.ts'
import { table } from './table.ts'

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
