import type { Others } from './games.ts'
import type { Result } from './results.ts'

type Terms = Result['terms']

const worthOf = (results: readonly Result[], terms: Terms, strategy: string) =>
  new Map(results.filter((result) => result.terms === terms && result.strategy === strategy).map(({ against, worth }) => [against, worth]))

const othersOf = (results: readonly Result[], terms: Terms) => [
  ...new Set(results.flatMap((result) => (result.terms === terms && result.strategy !== 'honest' ? [result.strategy] : []))),
]

/** Strategies that bring a worker as much as honesty whatever the others do, and more once. */
export function dominating(results: readonly Result[], terms: Terms): string[] {
  const honest = worthOf(results, terms, 'honest')
  return othersOf(results, terms).filter((strategy) => {
    const worth = worthOf(results, terms, strategy)
    const pairs = [...honest].flatMap(([against, value]) => (worth.has(against) ? [[worth.get(against) ?? 0, value] as const] : []))
    return pairs.every(([other, value]) => other >= value) && pairs.some(([other, value]) => other > value)
  })
}

/** Dishonest strategies that cost a worker nothing where somebody judges. */
export function free(results: readonly Result[], terms: Terms): string[] {
  return othersOf(results, terms).filter((strategy) => (worthOf(results, terms, strategy).get('fair') ?? 0) >= 0)
}

/** Strategies that are as good as honesty against others who play like this. */
function rivals(results: readonly Result[], terms: Terms, against: Others): string[] {
  const best = worthOf(results, terms, 'honest').get(against) ?? Number.NEGATIVE_INFINITY
  return othersOf(results, terms).filter((strategy) => (worthOf(results, terms, strategy).get(against) ?? Number.NEGATIVE_INFINITY) >= best)
}

/** What the table has to show, one line for each thing that it does not. */
export function faultsOf(results: readonly Result[]): string[] {
  const faults: string[] = results.length === 0 ? ['nothing was played'] : []
  for (const terms of ['bounty', 'judged'] as const) {
    faults.push(...dominating(results, terms).map((strategy) => `${terms}: "${strategy}" dominates honesty`))
    faults.push(...free(results, terms).map((strategy) => `${terms}: "${strategy}" costs nothing where somebody judges`))
    for (const against of ['fair', 'doubted'] as const) {
      faults.push(...rivals(results, terms, against).map((strategy) => `${terms}: "${strategy}" is as good as honesty against ${against}`))
    }
  }
  // A fair arbitrator makes honesty the best whoever else is not.
  for (const against of ['colluding', 'contesting'] as const) {
    faults.push(...rivals(results, 'judged', against).map((strategy) => `judged: "${strategy}" is as good as honesty against ${against}`))
  }
  const doubts = results.filter(({ terms, against, strategy }) => terms !== 'auction' && against === 'doubted' && strategy === 'honest')
  for (const { terms, money } of doubts) {
    if ((money.stranger ?? 0) >= 0) faults.push(`${terms}: doubting a worker that is alive costs nothing`)
  }
  const sniped = results.find(({ strategy }) => strategy === 'sniped')
  const [early, late] = ['honest', 'snipe'].map((strategy) => worthOf(results, 'auction', strategy).get('bids'))
  if (sniped?.money.first !== undefined) faults.push('auction: a bidder that was beaten lost money')
  if (early !== late) faults.push(`auction: the same bid brings ${late} in the last second and ${early} before`)
  // A control: where a worker has nothing to lose, these assertions do fail.
  if (free(results, 'careless').length === 0) faults.push('control: without a slash share dishonesty should cost nothing')
  return faults
}
