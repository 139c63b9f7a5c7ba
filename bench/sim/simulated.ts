import { createLedger, enter, type Ledger } from './ledger.ts'
import type { Prices } from './prices.ts'
import { createQueue } from './queue.ts'
import { judge } from './rules.ts'
import { emptyState } from './state.ts'
import type { Net, Outcome, Sent } from './types.ts'

/** What `simulate` takes. */
export type SimulateParameters = { readonly blockSeconds: readonly number[]; readonly prices: Prices }

/** Chains as an event queue: the next event is the next block of any of them. */
export function simulate({ blockSeconds, prices }: SimulateParameters): Net & { readonly ledger: Ledger } {
  const ledger = createLedger()
  const states = blockSeconds.map(emptyState)
  const pools: Sent[][] = blockSeconds.map(() => [])
  const blocks = createQueue<number>()
  for (const [chain, seconds] of blockSeconds.entries()) blocks.push(seconds, chain)

  /** In the order they were sent. Who asks its node first is told of what the newest block made impossible. */
  const send = (sent: Sent) => void pools[sent.chain]?.push(sent)
  const next = async () => {
    const due = blocks.pop()
    const state = states[due?.item ?? -1]
    if (due === undefined || state === undefined) throw new RangeError('A net needs a chain')
    const chain = due.item
    const pool = pools[chain] ?? []
    pools[chain] = []
    const asked = pool.map((sent) => sent.isBlind === true || judge(state, sent).isDone)
    state.number += 1
    state.seconds = due.due
    const outcomes = pool.map((sent, index) => {
      const outcome = include(sent, asked[index] === true)
      enter(ledger, outcome)
      return outcome
    })
    blocks.push(due.due + (blockSeconds[chain] ?? 1), chain)
    return { chain, number: state.number, seconds: state.seconds, outcomes }
  }
  const include = (sent: Sent, isSent: boolean): Outcome => {
    const state = states[sent.chain] ?? emptyState()
    const { isDone, row, apply } = judge(state, sent)
    if (!isSent) return { ...sent, result: 'refused', row, gas: 0 }
    apply()
    return { ...sent, result: isDone ? 'done' : 'failed', row, gas: prices(row) }
  }
  return { blockSeconds, states, ledger, send, next }
}
