import type { Address } from 'viem'
import { type Activity, activities } from './activities.ts'

/** Something that working together cost. What a chain cannot know, such as how long somebody waited, callers add themselves. */
export type TaxItem = {
  /** `failure`: a transaction that was paid for and refused. `retry`: the same by the same account after a failure, in `count` only. */
  readonly kind: 'transaction' | 'failure' | 'retry' | 'message' | 'wait'
  readonly activity: Activity
  /** Whose it is. */
  readonly account: Address
  readonly chainId: number
  /** `contract.function` of the suite, or `other`. */
  readonly verb: string
  readonly gas: bigint
  /** Native coin paid to the chain, in its base units. */
  readonly wei: bigint
  /** Of a wait. */
  readonly seconds: number
}

/** What one activity cost in all. */
export type TaxSum = {
  readonly transactions: number
  readonly failures: number
  readonly retries: number
  readonly messages: number
  readonly waits: number
  readonly seconds: number
  readonly gas: bigint
  readonly wei: bigint
}

/** What a run cost, by what it was paid for. */
export type Tax = { readonly byActivity: Readonly<Record<Activity, TaxSum>>; readonly total: TaxSum }

/**
 * Sums items up. Every item counts once, under its activity; a failure counts as a transaction, too.
 *
 * @example
 * ```ts
 * import { tax } from '@hanse/sdk'
 *
 * const { total, byActivity } = tax.sum(items)
 * console.log(total.gas, byActivity.conflict.failures)
 * ```
 */
export function sum(items: readonly TaxItem[]): Tax {
  const of = (activity: Activity) => sumOf(items.filter((item) => item.activity === activity))
  const byActivity = {
    discover: of('discover'),
    negotiate: of('negotiate'),
    execute: of('execute'),
    verify: of('verify'),
    settle: of('settle'),
    conflict: of('conflict'),
  }
  return { byActivity, total: sumOf(items) }
}

function sumOf(items: readonly TaxItem[]): TaxSum {
  const count = (...kinds: readonly TaxItem['kind'][]) => items.filter(({ kind }) => kinds.includes(kind)).length
  return {
    transactions: count('transaction', 'failure'),
    failures: count('failure'),
    retries: count('retry'),
    messages: count('message'),
    waits: count('wait'),
    seconds: items.reduce((total, { seconds }) => total + seconds, 0),
    gas: items.reduce((total, { gas }) => total + gas, 0n),
    wei: items.reduce((total, { wei }) => total + wei, 0n),
  }
}

/**
 * A table for people: a line for each activity that cost something, and the total.
 *
 * @example
 * ```ts
 * import { tax } from '@hanse/sdk'
 *
 * console.log(tax.table(items))
 * ```
 */
export function table(items: readonly TaxItem[]): string {
  const { byActivity, total } = sum(items)
  const heading = ['', 'transactions', 'failed', 'retries', 'messages', 'waited s', 'gas', 'wei', '% of gas']
  const lines = activities.filter((activity) => items.some((item) => item.activity === activity))
  const rows = [heading, ...lines.map((activity) => wordsOf(activity, byActivity[activity], total.gas)), wordsOf('total', total, total.gas)]
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const pad = (word: string, column: number) => (column === 0 ? word.padEnd(widths[0] ?? 0) : word.padStart(widths[column] ?? 0))
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}

function wordsOf(name: string, { transactions, failures, retries, messages, seconds, gas, wei }: TaxSum, all: bigint): readonly string[] {
  const share = all === 0n ? 0 : Number((gas * 1_000n) / all) / 10
  return [name, ...[transactions, failures, retries, messages].map(String), seconds.toFixed(1), `${gas}`, `${wei}`, share.toFixed(1)]
}
