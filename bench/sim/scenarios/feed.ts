// S3: many follow what few write. Hanse's way is a topic whose log everybody reads; the baseline is one message for each event and subscriber.
import { arrivals, draw, rounded } from '../numbers.ts'
import type { Block, Case, Figures, Net, Scenario, ScenarioRow } from '../types.ts'

const ways = ['topic', 'message each'] as const
type Way = (typeof ways)[number]

/** Up to where a subscriber has handled the topic of one chain, and what it made of it: both are saved in one step. */
type Cursor = { length: number; sum: number }

type Feed = {
  readonly net: Net
  readonly case: Case
  /** By subscriber, by chain. */
  readonly cursors: Cursor[][]
  /** How many entries were handled after so many tenths of a second. */
  readonly delays: number[]
  /** Entries handed on a second time, or out of their order, as their sequence tells. */
  duplicates: number
  subscriberTransactions: number
  gas: number
  posted: number
}

async function play({ net, case: one }: { readonly net: Net; readonly case: Case }): Promise<Figures> {
  const chains = net.blockSeconds.length
  const cursors = Array.from({ length: one.agents }, () => Array.from({ length: chains }, () => ({ length: 0, sum: 0 })))
  const feed: Feed = { net, case: one, cursors, delays: [], duplicates: 0, subscriberTransactions: 0, gas: 0, posted: 0 }
  const { seconds = 60 } = one.settings
  // The first entry of a topic is no steady state.
  for (let chain = 0; chain < chains; chain++) write(feed, { chain, count: 1 })
  for (;;) {
    const block = await net.next()
    take(feed, block)
    if (block.seconds < seconds) write(feed, { chain: block.chain, count: arrivalsIn(feed, block) })
    else if (isOver(feed)) break
    if (block.seconds > 20 * seconds + 600) break
    if (one.way === 'topic')
      for (const [subscriber, ones] of cursors.entries()) poll(feed, { block, subscriber, cursor: ones[block.chain] })
  }
  return figuresOf(feed)
}

function arrivalsIn({ case: { settings, seed }, net }: Feed, { chain, number }: Block): number {
  const { perSecond = 1 } = settings
  return arrivals((perSecond / net.blockSeconds.length) * (net.blockSeconds[chain] ?? 1), seed, 41, chain, number)
}

function write(feed: Feed, { chain, count }: { chain: number; count: number }): void {
  const { net, case: one } = feed
  for (let each = 0; each < count; each++) {
    const data = feed.posted++
    const from = one.agents
    if (one.way === 'topic') net.send({ from, chain, action: { kind: 'append', topic: 0, data } })
    else for (let to = 0; to < one.agents; to++) net.send({ from, chain, action: { kind: 'append', topic: 1 + to, data } })
  }
}

function take(feed: Feed, { outcomes, seconds, chain }: Block): void {
  const { case: one, net, cursors } = feed
  for (const { action, from, gas, result } of outcomes) {
    feed.gas += gas
    if (from < one.agents) feed.subscriberTransactions += 1
    if (one.way === 'topic' || action.kind !== 'append' || result !== 'done') continue
    const cursor = cursors[action.topic - 1]?.[chain]
    const entry = net.states[chain]?.topics.get(action.topic)?.at(-1)
    if (cursor === undefined || entry === undefined) continue
    handle(feed, { cursor, data: action.data, sequence: cursor.length, delay: seconds - entry.seconds })
  }
}

type Handle = { readonly cursor: Cursor; readonly data: number; readonly sequence: number; readonly delay: number }

function handle(feed: Feed, { cursor, data, sequence, delay }: Handle): void {
  if (sequence !== cursor.length) feed.duplicates += 1
  cursor.length += 1
  cursor.sum += data
  const { delays } = feed
  const tenth = Math.round(delay * 10)
  delays[tenth] = (delays[tenth] ?? 0) + 1
}

type Poll = { readonly block: Block; readonly subscriber: number; readonly cursor: Cursor | undefined }

/** One look of a subscriber: over a link that may be down, at a node that may leave out an entry; it may be slow, or die before it has saved. */
function poll(feed: Feed, { block: { chain, number, seconds }, subscriber, cursor }: Poll): void {
  const { settings, seed } = feed.case
  const { drop = 0, hole = 0, slow = 0, kill = 0, trusting = 0 } = settings
  const entries = feed.net.states[chain]?.topics.get(0) ?? []
  const chance = (what: number) => draw(seed, what, subscriber, chain, number)
  if (cursor === undefined || entries.length === cursor.length || chance(42) < drop) return
  const isSlow = draw(seed, 43, subscriber) < slow
  const last = Math.min(entries.length, cursor.length + (isSlow ? 8 : entries.length))
  const missing = chance(44) < hole ? cursor.length + Math.floor(chance(45) * (last - cursor.length)) : -1
  const before = { ...cursor }
  for (let sequence = cursor.length; sequence < last; sequence++) {
    const entry = entries[sequence]
    // The sequence of the next entry shows that one is missing. Planted by a test: a subscriber that believes its node.
    if (sequence === missing || entry === undefined) {
      if (trusting === 0) break
      cursor.length += 1
      continue
    }
    const delay = seconds - entry.seconds + chance(46) * (settings.pollSeconds ?? 1)
    handle(feed, { cursor, data: entry.data, sequence, delay })
  }
  // Whatever was not saved was not done: it comes again after the restart.
  if (chance(47) < kill) Object.assign(cursor, before)
}

function isOver({ cursors, net }: Feed): boolean {
  return cursors.every((ones) => ones.every(({ length }, chain) => length >= (net.states[chain]?.topics.get(0)?.length ?? 0)))
}

/** The tenth of a second within which so large a share was handled. */
function delayAt(delays: readonly number[], share: number): number {
  const all = delays.reduce((sum, count) => sum + (count ?? 0), 0)
  let left = share * all
  const tenth = delays.findIndex((count) => {
    left -= count ?? 0
    return left <= 0
  })
  return Math.max(0, tenth) / 10
}

function figuresOf(feed: Feed): Figures {
  const { net, cursors, delays, case: one, gas, posted } = feed
  const isTopic = one.way === 'topic'
  let [lost, wrong] = [0, 0]
  for (const [subscriber, ones] of cursors.entries()) {
    for (const [chain, { length, sum }] of ones.entries()) {
      const entries = net.states[chain]?.topics.get(isTopic ? 0 : 1 + subscriber) ?? []
      lost += Math.max(0, entries.length - length)
      wrong += entries.reduce((total, { data }) => total + data, 0) === sum ? 0 : 1
    }
  }
  const [total, handled] = delays.reduce(([sum, count], each, tenth) => [sum + tenth * each, count + each], [0, 0])
  return {
    events: posted,
    handled,
    lost,
    duplicated: feed.duplicates,
    wrongContent: wrong,
    subscriberTransactions: feed.subscriberTransactions,
    gasPerEvent: Math.round(gas / Math.max(1, posted)),
    delaySeconds: rounded(total / Math.max(1, handled) / 10, 2),
    delayP95Seconds: delayAt(delays, 0.95),
  }
}

const faults = { drop: 0.02, hole: 0.02, slow: 0.1, kill: 0.02, pollSeconds: 1 }

function cases(size: 'full' | 'quick' | 'local'): Case[] {
  const of = (way: Way, agents: number, { chains = 1, ...settings }: Record<string, number>): Case => ({
    ...{ scenario: 'S3', way, agents, seed: 3, settings: { perSecond: 1, seconds: 60, ...faults, ...settings } },
    blockSeconds: Array.from({ length: chains }, (_, chain) => [1, 2, 0.5, 4][chain % 4] ?? 1),
  })
  if (size === 'local')
    return [
      of('topic', 10, { seconds: 20, perSecond: 2 }),
      of('topic', 100, { seconds: 20, perSecond: 2 }),
      of('message each', 10, { seconds: 8 }),
    ]
  if (size === 'quick')
    return [...[10, 100].map((agents) => of('topic', agents, { seconds: 20 })), of('topic', 100, { chains: 3 }), of('message each', 10, {})]
  return [
    ...[10, 100, 1_000, 10_000].map((agents) => of('topic', agents, {})),
    ...[10, 100].map((perSecond) => of('topic', 1_000, { perSecond, seconds: 30 })),
    ...[3, 10, 50].map((chains) => of('topic', 1_000, { chains, perSecond: 10, seconds: 30 })),
    ...[10, 100, 1_000].map((agents) => of('message each', agents, { seconds: 20 })),
  ]
}

function judge(rows: readonly ScenarioRow[]): string[] {
  const found: string[] = []
  const topics = rows.filter(({ way }) => way === 'topic')
  if (topics.every(({ figures }) => (figures.handled ?? 0) === 0)) found.push('S3: nobody read anything')
  for (const { agents, blockSeconds, figures } of topics) {
    const who = `S3: of ${agents} subscribers to ${blockSeconds.length} chains`
    const { lost = 1, duplicated = 1, wrongContent = 1, subscriberTransactions = 1 } = figures
    if (lost + duplicated + wrongContent > 0)
      found.push(`${who}: ${lost} events lost, ${duplicated} twice, ${wrongContent} logs with other content`)
    if (subscriberTransactions > 0) found.push(`${who}: ${subscriberTransactions} transactions`)
  }
  // However many read along, what is written costs the same.
  const bySettings = Map.groupBy(topics, ({ settings, blockSeconds }) => JSON.stringify([settings, blockSeconds]))
  for (const ones of bySettings.values()) {
    const gas = new Set(ones.map((row) => row.gas))
    if (gas.size > 1) found.push(`S3: gas depends on the number of subscribers: ${[...gas].join(', ')}`)
  }
  return found
}

export const feed: Scenario = { id: 'S3', title: 'Feed', play, judge, cases, latency: 'delaySeconds' }
