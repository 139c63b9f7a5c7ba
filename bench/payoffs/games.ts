// Strategies as lists of actions. One worker plays one strategy against others who all play theirs.
import type { Kind, Person } from '../../scripts/exploration/kinds.ts'

/** By number in test/exploration/ExplorationWorld.sol. `careless` lets a worker lose nothing: it is there to see the assertions fail. */
const termsNumbers = { bounty: 9, judged: 10, careless: 11, auction: 2 } as const
type Terms = keyof typeof termsNumbers

/** What the worker does. Only the honest one works. */
export const strategies = ['honest', 'junk', 'junk, defended', 'give up', 'lapse', 'claim and sit'] as const
export type Strategy = (typeof strategies)[number]

/**
 * What the others do. `fair`: the evaluator and the arbitrator judge the work. `silent`: neither does anything. `colluding`: the evaluator gives
 * nothing, the arbitrator is fair. `deserted`: the evaluator gives nothing, and the arbitrator is silent. `contesting`: the requester contests,
 * the arbitrator is fair. `doubted`: fair, and a stranger doubts the worker as often as it can afford.
 */
export const others = ['fair', 'silent', 'colluding', 'deserted', 'contesting', 'doubted'] as const
export type Others = (typeof others)[number]

/** One task from its posting to its end. */
export type Game = {
  terms: Terms
  configuration: number
  against: Others | 'bids'
  strategy: Strategy | 'first bid' | 'snipe' | 'sniped'
  /** Whose strategy it is. */
  player: Person
  isWork: boolean
  kinds: readonly Kind[]
}

const wait = (seconds: number): Kind[] => Array.from({ length: seconds }, () => 'tick')
/** Until the default after a window of so many seconds is due, with the grace of a second. */
const untilDue = (window: number) => wait(window + 2)

function reviewOf(strategy: Strategy, against: Others, isJudged: boolean): Kind[] {
  const isGood = strategy === 'honest'
  const isDefended = strategy !== 'junk'
  if (against === 'silent') return [...untilDue(1), 'settle']
  if (isGood && (against === 'fair' || against === 'doubted')) return ['decideAll']
  const blow: Kind = against === 'contesting' ? 'contestNothing' : 'decideNothing'
  if (!isJudged) return [blow]
  if (!isDefended) return [blow, ...untilDue(1), 'resolve']
  if (against === 'deserted') return [blow, 'counter', ...untilDue(1), 'resolve']
  return [blow, 'counter', isGood ? 'ruleAll' : 'ruleNothing']
}

/** Three doubts fit into the time of the work. Who does not answer the first one loses the task by it. */
function doubtsOf(strategy: Strategy): Kind[] {
  if (strategy === 'lapse') return ['suspect', ...untilDue(1), 'lapse', 'cancel']
  return ['suspect', 'alive', 'suspect', 'alive', 'suspect', 'alive']
}

function kindsOf(strategy: Strategy, against: Others, isJudged: boolean): Kind[] {
  const start: Kind[] = ['open', 'claimFirst', ...(against === 'doubted' ? doubtsOf(strategy) : [])]
  if (strategy === 'give up') return [...start, 'giveUp', 'cancel']
  if (strategy === 'lapse' && against === 'doubted') return start
  // Nobody else takes the task afterwards: its requester takes it back.
  if (strategy === 'lapse' || strategy === 'claim and sit') return [...start, ...untilDue(2), 'lapse', 'cancel']
  return [...start, 'submit', ...reviewOf(strategy, against, isJudged)]
}

function claimGames(terms: 'bounty' | 'judged' | 'careless'): Game[] {
  const isJudged = terms === 'judged'
  const possible = (strategy: Strategy, against: Others) =>
    isJudged || (strategy !== 'junk, defended' && against !== 'contesting' && against !== 'deserted')
  return others.flatMap((against) =>
    strategies
      .filter((strategy) => possible(strategy, against))
      .map((strategy) => ({
        terms,
        configuration: termsNumbers[terms],
        against,
        strategy,
        player: 'first' as const,
        isWork: strategy === 'honest',
        kinds: kindsOf(strategy, against, isJudged),
      })),
  )
}

/** The lower of two bids comes at once, or in the last second; the beaten bidder has lost nothing. */
function auctionGames(): Game[] {
  const end: Kind[] = ['award', 'submit', 'decideAll']
  const game = (strategy: Game['strategy'], player: Person, kinds: Kind[]): Game => ({
    terms: 'auction',
    configuration: termsNumbers.auction,
    against: 'bids',
    strategy,
    player,
    isWork: strategy !== 'sniped',
    kinds,
  })
  return [
    game('first bid', 'first', ['open', 'bidHigh', ...wait(3), ...end]),
    game('honest', 'second', ['open', 'bidHigh', 'bidLow', ...wait(3), ...end]),
    game('snipe', 'second', ['open', 'bidHigh', ...wait(1), 'bidLow', ...wait(2), ...end]),
    game('sniped', 'first', ['open', 'bidHigh', ...wait(1), 'bidLow', ...wait(2), ...end]),
  ]
}

/** All of them. */
export const games = (): Game[] => [...claimGames('bounty'), ...claimGames('judged'), ...claimGames('careless'), ...auctionGames()]
