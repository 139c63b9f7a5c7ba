import { draw } from '../numbers.ts'
import type { Case } from '../types.ts'

/** Somebody's least price, in basis points of the reward. */
export type Bid = { readonly bidder: number; readonly share: number }

/** When it comes: with the others, after the requester has entered the best, or at the last moment. */
export type TimedBid = Bid & { readonly kind: 'early' | 'late' | 'withheld' }

/** Most cost between a fifth and nine tenths of the reward; or by a law of many small factors; or a tenth of the bidders are made for the task. */
export function costOf({ seed, settings: { costModel = 0 } }: Case, task: number, bidder: number): number {
  const uniform = draw(seed, 62, task, bidder)
  if (costModel === 0) return 0.2 + 0.7 * uniform
  if (costModel === 1) {
    const normal = Math.sqrt(-2 * Math.log(1 - uniform)) * Math.cos(2 * Math.PI * draw(seed, 63, task, bidder))
    return Math.min(0.95, 0.4 * Math.exp(0.35 * normal))
  }
  return draw(seed, 63, task, bidder) < 0.1 ? 0.2 + 0.1 * uniform : 0.5 + 0.4 * uniform
}

/** Bids without a deposit behind them: whoever simulates the entry sees it, and leaves them out. */
export const isFalse = ({ seed, settings }: Case, bidder: number) => bidder > 0 && draw(seed, 64, bidder) < (settings.false ?? 0)

/** What everybody bids for a task: its cost, or half as much again in a ring, where only the cheapest bids to win. */
export function bidsOf(one: Case, task: number): TimedBid[] {
  const { seed, agents, settings } = one
  const { withheld = 0, late = 0, collude = 0 } = settings
  const honest = Array.from({ length: agents }, (_, bidder) => bidder).filter((bidder) => !isFalse(one, bidder))
  return honest.map((bidder) => {
    const isInRing = draw(seed, 65, bidder) < collude
    const share = Math.max(1, Math.min(10_000, Math.ceil(costOf(one, task, bidder) * (isInRing ? 1.5 : 1) * 10_000)))
    const when = draw(seed, 66, task, bidder)
    // Somebody is always in time.
    const kind = bidder === 0 || when >= withheld + late ? 'early' : when < withheld ? 'withheld' : 'late'
    return { bidder, share, kind }
  })
}

export function bestOf<bid extends Bid>(bids: readonly bid[]): bid | undefined {
  return bids.reduce<bid | undefined>((best, bid) => (best === undefined || bid.share < best.share ? bid : best), undefined)
}
