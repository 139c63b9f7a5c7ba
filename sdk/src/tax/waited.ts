import type { TaxItem } from './items.ts'

/** What `waited` takes. */
export type WaitedParameters = Pick<TaxItem, 'activity' | 'account' | 'chainId'> & {
  /** For whom waits: such as `task.claim`. */
  readonly verb: string
  /** The clock in milliseconds. Default: the system's. */
  readonly now?: () => number
}

/**
 * Waits for something, and adds to the items how long that took, whatever came of it. Only who waits knows that it does.
 *
 * @example
 * ```ts
 * import { tax } from '@hanse/sdk'
 *
 * const items: tax.TaxItem[] = []
 * await tax.waited(items, { activity: 'verify', account, chainId: 10, verb: 'cell.propose' }, () => answered())
 * ```
 */
export async function waited<result>(
  items: TaxItem[],
  { now = Date.now, ...what }: WaitedParameters,
  wait: () => Promise<result>,
): Promise<result> {
  const began = now()
  try {
    return await wait()
  } finally {
    items.push({ kind: 'wait', ...what, gas: 0n, wei: 0n, seconds: (now() - began) / 1000 })
  }
}
