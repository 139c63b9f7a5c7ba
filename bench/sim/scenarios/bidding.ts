// S2: many would do a task, for different prices. Hanse's way is signed bids that pass off chain, of which the best is entered; the baselines are
// first come, commit and reveal, and every bid on chain.
import { mean, rounded, shuffled } from '../numbers.ts'
import { taskOf } from '../state.ts'
import type { Action, Block, Case, Figures, Net, Outcome, Scenario, ScenarioRow } from '../types.ts'
import { type Bid, bestOf, bidsOf, costOf, isFalse, type TimedBid } from './bids.ts'

const ways = ['signed bids', 'first come', 'commit and reveal', 'bids on chain'] as const
type Way = (typeof ways)[number]

const workSeconds = 86_400
/** Blocks in which bids come in before the requester enters the best, and of each phase of the baselines. */
const collectBlocks = 3

type Auction = {
  readonly task: number
  readonly bids: readonly TimedBid[]
  openedAt: number
  state: 'new' | 'open' | 'proposed' | 'assigned' | 'settled'
  standing: Bid | undefined
  from: number
}

type House = {
  readonly net: Net
  readonly case: Case
  readonly way: Way
  readonly auctions: Auction[]
  readonly waits: number[]
  gas: number
  transactions: number
  late: number
}

async function play({ net, case: one }: { readonly net: Net; readonly case: Case }): Promise<Figures> {
  const way = ways.find((known) => known === one.way) ?? 'signed bids'
  const { tasks = 1 } = one.settings
  const auctions = Array.from(
    { length: tasks },
    (_, task): Auction => ({ task, bids: bidsOf(one, task), openedAt: 0, state: 'new', standing: undefined, from: 0 }),
  )
  const house: House = { net, case: one, way, auctions, waits: [], gas: 0, transactions: 0, late: 0 }
  let block = await net.next()
  // Topics in use are the steady state.
  if (way === 'commit and reveal' || way === 'bids on chain') {
    for (let task = 0; task < tasks; task++) net.send({ from: one.agents, chain: 0, action: { kind: 'append', topic: task, data: 0 } })
    block = await net.next()
  }
  const limit = block.number + 10_000
  for (const { task } of auctions) post(house, task, block)
  for (block = await net.next(); block.number < limit; block = await net.next()) {
    take(house, block)
    if (auctions.every(({ state }) => state === 'settled')) break
    for (const auction of auctions) look(house, auction, block)
  }
  return figuresOf(house)
}

function send({ net }: House, from: number, action: Action, isBlind = false): void {
  net.send({ from, chain: 0, action, isBlind })
}

/** A task that is only hired for is posted with its hiring. */
function post(house: House, task: number, { seconds, number }: Block): void {
  const { case: one, way, auctions } = house
  const { challengeSeconds = 60, minStep = 200 } = one.settings
  const auction = auctions[task]
  if (auction !== undefined) Object.assign(auction, { openedAt: seconds, from: number, state: 'open' })
  if (way === 'signed bids')
    send(house, one.agents, { kind: 'open', task, terms: { allocation: 'auction', workSeconds, challengeSeconds, minStep } })
  if (way === 'first come') send(house, one.agents, { kind: 'open', task, terms: { allocation: 'claim', workSeconds } })
}

function take(house: House, block: Block): void {
  for (const outcome of block.outcomes) {
    house.gas += outcome.gas
    if (outcome.result !== 'refused') house.transactions += 1
    const auction = 'task' in outcome.action ? house.auctions[outcome.action.task] : undefined
    if (auction !== undefined && outcome.result === 'done') hear(house, auction, { ...outcome, seconds: block.seconds })
  }
}

function hear(house: House, auction: Auction, { action, from, seconds }: Outcome & { readonly seconds: number }): void {
  const { case: one, waits } = house
  const { task } = auction
  switch (action.kind) {
    case 'claim':
    case 'award':
    case 'hire':
      waits.push(seconds - auction.openedAt)
      auction.state = 'assigned'
      if (action.kind === 'claim') auction.standing = { bidder: from, share: 10_000 }
      send(house, auction.standing?.bidder ?? 0, { kind: 'submit', task })
      return
    case 'submit':
      send(house, one.agents + 1, { kind: 'accept', task })
      return
    case 'accept':
      auction.state = 'settled'
      return
    case 'propose':
      auction.standing = { bidder: action.bidder, share: action.share }
      if (auction.state === 'open') Object.assign(auction, { state: 'proposed', from: seconds })
      return
    default:
  }
}

function look(house: House, auction: Auction, block: Block): void {
  if (house.way === 'signed bids') lookAtBids(house, auction, block)
  else if (house.way === 'first come') lookForFirst(house, auction, block)
  else lookAtTopic(house, auction, block)
}

/** The requester enters the best bid of those that came in time. Whoever waited enters its own in the last block of the window. */
function lookAtBids(house: House, auction: Auction, { number, seconds }: Block): void {
  const { case: one, net } = house
  const { challengeSeconds = 60, minStep = 200 } = one.settings
  const { task, standing } = auction
  const blockSeconds = net.blockSeconds[0] ?? 1
  if (auction.state === 'open' && number === auction.from + collectBlocks + 1) {
    const best = bestOf(auction.bids.filter(({ kind }) => kind === 'early'))
    if (best === undefined) throw new RangeError('Nobody bids')
    send(house, one.agents, { kind: 'propose', task, bidder: best.bidder, share: best.share })
  } else if (auction.state === 'proposed' && standing !== undefined) {
    const until = auction.from + challengeSeconds
    const needed = Math.floor((standing.share * (10_000 - minStep)) / 10_000)
    const kind = seconds + blockSeconds <= until && seconds + 2 * blockSeconds > until ? 'withheld' : 'late'
    // They see each other's bids, too: only the best of them is worth a transaction. It asks for as much as it can get.
    const best = bestOf(auction.bids.filter((bid) => bid.kind === kind && bid.share <= needed))
    if (best !== undefined && seconds + blockSeconds <= until) {
      house.late += 1
      send(house, best.bidder, { kind: 'propose', task, bidder: best.bidder, share: kind === 'withheld' ? needed : best.share })
    } else if (seconds > until) send(house, one.agents, { kind: 'award', task })
  }
}

/** All who would earn something claim at once. */
function lookForFirst(house: House, { task, state, from, bids }: Auction, { number }: Block): void {
  const { case: one } = house
  if (state !== 'open' || number !== from + 1) return
  const bidders = bids.map(({ bidder }) => bidder)
  for (const bidder of shuffled(bidders, one.seed, 61, task)) send(house, bidder, { kind: 'claim', task })
}

function lookAtTopic(house: House, auction: Auction, { number }: Block): void {
  const { case: one, way } = house
  const { task, bids } = auction
  if (auction.state !== 'open') return
  const age = number - auction.from
  const isSecret = way === 'commit and reveal'
  if (age === 1 || (isSecret && age === 1 + collectBlocks)) {
    for (const { bidder, share } of bids) send(house, bidder, { kind: 'append', topic: task, data: 1 + share })
  } else if (age === 1 + collectBlocks * (isSecret ? 2 : 1)) {
    const best = bestOf(bids)
    if (best === undefined) throw new RangeError('Nobody bids')
    auction.standing = best
    send(house, one.agents, { kind: 'hire', task, worker: best.bidder })
  }
}

function figuresOf({ case: one, auctions, waits, gas, transactions, late, net }: House): Figures {
  const { agents, settings } = one
  const [state] = net.states
  const excess: number[] = []
  const prices: number[] = []
  for (const { task, standing, state: stage } of auctions) {
    if (standing === undefined || stage !== 'settled' || state === undefined) continue
    const costs = Array.from({ length: agents }, (_, bidder) => bidder)
      .filter((bidder) => !isFalse(one, bidder))
      .map((bidder) => costOf(one, task, bidder))
    const [won, least] = [costOf(one, task, taskOf(state, task).worker), Math.min(...costs)]
    excess.push((won - least) / won)
    prices.push(standing.share)
  }
  return {
    tasks: auctions.filter(({ state: stage }) => stage === 'settled').length,
    gasPerTask: Math.round(gas / (settings.tasks ?? 1)),
    transactionsPerTask: rounded(transactions / (settings.tasks ?? 1)),
    assignSeconds: rounded(mean(waits)),
    // What the winner's work costs over that of the cheapest, as a share of it.
    winnerExcess: rounded(mean(excess)),
    worstExcess: rounded(Math.max(0, ...excess)),
    priceShare: rounded(mean(prices) / 10_000),
    lateEntries: late,
  }
}

function cases(size: 'full' | 'quick' | 'local'): Case[] {
  const faults = { withheld: 0.2, late: 0.1, false: 0.1, collude: 0 }
  const of = (way: Way, agents: number, settings: Record<string, number> = {}): Case => ({
    ...{ scenario: 'S2', way, agents, blockSeconds: [2], seed: 2 },
    settings: { tasks: 10, costModel: 0, minStep: 200, challengeSeconds: 60, ...faults, ...settings },
  })
  if (size === 'local') return ways.map((way) => of(way, 10, { tasks: 3, challengeSeconds: 20 }))
  const sizes = size === 'full' ? [3, 10, 100, 1_000, 10_000] : [10, 100]
  const models = size === 'full' ? [0, 1, 2] : [0, 2]
  const tasks = size === 'full' ? 40 : 20
  const ours = models.flatMap((costModel) => sizes.map((agents) => of('signed bids', agents, { costModel, tasks })))
  const ring = sizes.map((agents) => of('signed bids', agents, { collude: 0.3, tasks }))
  const naive = ways.slice(1).flatMap((way) => sizes.filter((agents) => agents <= 1_000).map((agents) => of(way, agents, { tasks: 10 })))
  return [...ours, ...ring, ...naive]
}

function judge(rows: readonly ScenarioRow[]): string[] {
  const found: string[] = []
  const ours = rows.filter(({ way }) => way === 'signed bids')
  if (ours.length === 0) found.push('S2: nobody bid')
  for (const { agents, settings, figures } of ours) {
    if (figures.tasks !== settings.tasks) found.push(`S2: with ${agents} bidders ${figures.tasks} of ${settings.tasks} tasks were settled`)
    // Who waits for the last second can win only by being cheaper by a step: so a winner is never dearer than the cheapest by more.
    const step = (settings.minStep ?? 0) / 10_000
    const { worstExcess = 1 } = figures
    if ((settings.collude ?? 0) === 0 && worstExcess > step + 0.0002)
      found.push(`S2: with ${agents} bidders a winner cost ${worstExcess} over the cheapest, a step is ${step}`)
  }
  for (const [costModel, ones] of Map.groupBy(ours, ({ settings }) => `${settings.costModel}, ${settings.collude}`)) {
    // It may fall: among many bids that came in time, nobody who waited is cheaper by a step.
    const [first = 0, ...others] = ones.filter(({ agents }) => agents >= 10).map(({ figures }) => figures.gasPerTask ?? 0)
    const most = Math.max(first, ...others)
    if (most > first * 1.05) found.push(`S2: gas per task by signed bids rises from ${first} to ${most} (cost model, ring: ${costModel})`)
  }
  return found
}

export const bidding: Scenario = { id: 'S2', title: 'Bidding', play, judge, cases, latency: 'assignSeconds' }
