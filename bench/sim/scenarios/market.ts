// S7: tasks come by chance, agents that are idle take them. Hanse's ways are the public rank and the rising reward; the baselines are everybody
// taking the oldest task, everybody taking any, and a central scheduler, quick or slow.
import { orderOf } from '@hanse/sdk/task'
import { type Address, type Hex, numberToHex } from 'viem'
import { arrivals, createPool, draw, mean, type Pool, quantile, rounded, shuffled } from '../numbers.ts'
import { leastCost, type Work } from '../optimum.ts'
import { createQueue, type Queue } from '../queue.ts'
import { isOpenAt, taskOf } from '../state.ts'
import type { Block, Case, Figures, Net, Outcome, Scenario, ScenarioRow, Sent } from '../types.ts'

const ways = ['public rank', 'rising reward', 'oldest task', 'random task', 'scheduler', 'slow scheduler'] as const
type Way = (typeof ways)[number]

/** How many ranks a round of the public rank has; whoever comes later waits for the next round. */
const ranks = 8
/** Blocks until a rising reward is the whole one. */
const rampBlocks = 64
const workSeconds = 86_400

/** What one run of the market knows. */
type Market = {
  readonly net: Net
  readonly way: Way
  readonly seed: number
  readonly agents: number
  readonly settings: Readonly<Record<string, number>>
  /** Without a task, as the chain says. */
  readonly idle: Pool
  /** Have a claim on its way. */
  readonly claiming: Set<number>
  /** Open, the oldest first, and those that were claimed in the newest block, which a view that is behind does not show. */
  readonly open: Set<number>
  readonly rounds: Map<number, Round>
  /** What is to be done in which block. */
  readonly agenda: Queue<Sent>
  /** By task: the block and second of its first opening. */
  readonly postedAt: number[]
  readonly waits: number[]
  /** What the winner's work costs it, and what it would have cost the cheapest of those who were idle. */
  readonly costs: { winner: number; cheapest: number }[]
  /** What was done when, for the offline optimum. */
  readonly work: Work[]
  claims: number
  settled: number
}

/** Whose turn it is in each block of a round; more than one only where that is planted. */
type Round = { readonly from: number; readonly order: readonly (readonly number[])[] }

/** What a task costs an agent, as a share of the reward. */
const costOf = ({ seed }: Market, task: number, agent: number) => draw(seed, 11, task, agent)
/** How many blocks an agent's node is behind while it looks at a task. */
const lagOf = ({ seed, settings }: Market, agent: number, task: number) => (draw(seed, 12, agent, task) < (settings.stale ?? 0) ? 1 : 0)
const addresses: Address[] = []
function addressOf(agent: number): Address {
  addresses[agent] ??= numberToHex(agent + 1, { size: 20 })
  return addresses[agent]
}
/** A hash that nobody knew before the block: for the simulator as good as a real one. */
const hashOf = (seed: number, block: number): Hex => numberToHex(Math.floor(draw(seed, 13, block) * 2 ** 32), { size: 32 })
const idOf = (seed: number, task: number): Hex => {
  const word = () =>
    Math.floor(draw(seed, 14, task) * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return `0x${word()}${Math.floor(draw(seed, 15, task) * 2 ** 32)
    .toString(16)
    .padStart(8, '0')}${'00'.repeat(24)}`
}

async function play({ net, case: { way, agents, settings, seed } }: { readonly net: Net; readonly case: Case }): Promise<Figures> {
  const market: Market = {
    ...{ net, seed, agents, settings, way: ways.find((known) => known === way) ?? 'public rank' },
    ...{ idle: createPool([]), claiming: new Set(), open: new Set(), rounds: new Map() },
    ...{ agenda: createQueue(), postedAt: [], waits: [], costs: [], work: [], claims: 0, settled: 0 },
  }
  const { tasks = 1, limitBlocks = 1_000_000 } = settings
  let posted = 0
  let block = await net.next()
  const [first, began] = [block.number, block.seconds]
  const back = createQueue<number>()
  for (let agent = 0; agent < agents; agent++) back.push(first + busyBlocks(market, agent), agent)
  while (market.settled < tasks && block.number - first < limitBlocks) {
    follow(market, block)
    for (; (back.next() ?? Number.POSITIVE_INFINITY) <= block.number; ) market.idle.add(back.pop()?.item ?? 0)
    posted = post(market, block, posted)
    look(market, block)
    while ((market.agenda.next() ?? Number.POSITIVE_INFINITY) <= block.number) {
      const due = market.agenda.pop()
      if (due !== undefined) net.send(due.item)
    }
    block = await net.next()
  }
  follow(market, block)
  return figuresOf(market, block.seconds - began)
}

/** Most have work from before, so that the run begins as it goes on. */
function busyBlocks({ seed, settings: { load = 0.8, service = 20 } }: Market, agent: number): number {
  return draw(seed, 20, agent) < load ? Math.ceil(draw(seed, 21, agent) * service) : 0
}

function figuresOf(market: Market, seconds: number): Figures {
  const { claims, settled, waits, costs, net } = market
  const [winner, cheapest] = [mean(costs.map((cost) => cost.winner)), mean(costs.map((cost) => cost.cheapest))]
  const doubled = [...(net.states[0]?.tasks.values() ?? [])].filter(({ token, stage }) => token > 1 && stage === 'settled').length
  return {
    tasks: settled,
    claimsPerTask: rounded(claims / Math.max(1, waits.length)),
    waitSeconds: rounded(mean(waits)),
    waitP95Seconds: quantile(waits, 0.95),
    seconds,
    tasksPerBlock: rounded((settled / Math.max(1, seconds)) * (net.blockSeconds[0] ?? 1)),
    winnerOverCheapest: rounded(winner - cheapest),
    ...optimumOf(market, winner),
    doneTwice: doubled,
  }
}

/** With how many agents the offline optimum is worked out: the time for it grows with their cube. */
const optimumAgents = 300

/** What the winners cost over those that somebody who knew all tasks, times and costs beforehand would have chosen: at least zero. */
function optimumOf(market: Market, winner: number): Figures {
  const { agents, work } = market
  if (agents > optimumAgents || work.length === 0) return {}
  const least = leastCost(work, agents, (task, agent) => costOf(market, task, agent))
  return { winnerOverOptimum: rounded(winner - least / work.length) }
}

const requesterOf = ({ agents }: Market) => agents
const evaluatorOf = ({ agents }: Market) => agents + 1
const schedulerOf = ({ agents }: Market) => agents + 2

function post(market: Market, { number }: Block, posted: number): number {
  const allocation = market.way === 'rising reward' ? 'rising' : 'claim'
  const { settings, agents, seed, net } = market
  const { load = 0.8, service = 20, tasks = 1 } = settings
  const count = Math.min(tasks - posted, arrivals((load * agents) / (service + 1), seed, 16, number))
  for (let task = posted; task < posted + count; task++) {
    net.send({ from: requesterOf(market), chain: 0, action: { kind: 'open', task, terms: { allocation, workSeconds } } })
  }
  return posted + count
}

/** What the block brought. */
function follow(market: Market, block: Block): void {
  const { net, open } = market
  const [state] = net.states
  if (state === undefined) return
  for (const outcome of block.outcomes) hear(market, outcome, block)
  for (const task of open) if (!isOpenAt(state, taskOf(state, task), 1) && !isOpenAt(state, taskOf(state, task))) close(market, task)
}

function hear(market: Market, { action, from, result }: Outcome, { number, seconds }: Block): void {
  const { claiming, net, open, idle } = market
  const isDone = result === 'done'
  if (action.kind === 'claim') {
    claiming.delete(from)
    if (result !== 'refused') market.claims += 1
    if (isDone) win(market, { task: action.task, agent: from, seconds, number })
  } else if (action.kind === 'open') {
    market.postedAt[action.task] = seconds
    open.add(action.task)
  } else if (action.kind === 'submit' && isDone) {
    idle.add(from)
    net.send({ from: evaluatorOf(market), chain: 0, action: { kind: 'accept', task: action.task } })
  } else if (action.kind === 'accept' && isDone) market.settled += 1
}

function close({ open, rounds }: Market, task: number): void {
  open.delete(task)
  rounds.delete(task)
}

type Win = { readonly task: number; readonly agent: number; readonly seconds: number; readonly number: number }

function win(market: Market, { task, agent, seconds, number }: Win): void {
  const { idle, waits, costs, postedAt, agenda, settings, seed } = market
  let cheapest = 1
  for (const other of idle.members) cheapest = Math.min(cheapest, costOf(market, task, other))
  costs.push({ winner: costOf(market, task, agent), cheapest })
  idle.remove(agent)
  waits.push(seconds - (postedAt[task] ?? seconds))
  // Working time is the task's own, so who wins changes nothing for the others.
  const work = Math.max(1, Math.round((settings.service ?? 20) * (0.5 + draw(seed, 17, task))))
  market.work.push({ task, from: number, to: number + work })
  agenda.push(number + work, { from: agent, chain: 0, action: { kind: 'submit', task } })
}

/** What everybody who is idle does about it. */
function look(market: Market, block: Block): void {
  if (market.way === 'public rank') lookByRank(market, block)
  else if (market.way === 'rising reward') lookByPrice(market, block)
  else if (market.way === 'oldest task' || market.way === 'random task') lookFreely(market, block)
  else lookCentrally(market, block)
}

/** Claims, as one whose node may be behind, and then does not see in its simulation either that it is too late. */
function claim({ net, claiming }: Market, { agent, task, isBlind }: { agent: number; task: number; isBlind: boolean }): void {
  claiming.add(agent)
  net.send({ from: agent, chain: 0, action: { kind: 'claim', task }, isBlind })
}

/** Whether an agent sees the task open, and whether it sees it late. */
function sees(market: Market, { agent, task }: { agent: number; task: number }) {
  const state = market.net.states[0]
  const lag = lagOf(market, agent, task)
  return { isBlind: lag > 0, isOpen: state !== undefined && isOpenAt(state, taskOf(state, task), lag) }
}

/**
 * The agent of rank r claims r blocks after the opening, or not at all: one that missed its turn leaves the task to the next. A task that nobody
 * of a round took begins another one with whoever is idle then. Everybody counts the blocks of its own node, so one that is behind comes late.
 */
function lookByRank(market: Market, { number }: Block): void {
  const { open, rounds, net } = market
  const [state] = net.states
  if (state === undefined) return
  for (const task of open) {
    const known = rounds.get(task)
    const isOver = known === undefined || number - known.from >= Math.max(1, known.order.length)
    if (isOver && !isOpenAt(state, taskOf(state, task))) continue
    const round = isOver ? startRound(market, task, number) : known
    if (isOver) rounds.set(task, round)
    for (const lag of [0, 1]) for (const agent of round.order[number - lag - round.from] ?? []) takeTurn(market, { task, agent, lag })
  }
}

function takeTurn(market: Market, { task, agent, lag }: { task: number; agent: number; lag: number }): void {
  if (!market.idle.has(agent) || market.claiming.has(agent) || lagOf(market, agent, task) !== lag) return
  const { isOpen, isBlind } = sees(market, { agent, task })
  if (isOpen) claim(market, { agent, task, isBlind })
}

function startRound({ settings, idle, seed }: Market, task: number, from: number): Round {
  if (idle.members.length === 0) return { from, order: [] }
  const order = orderOf({ taskId: idOf(seed, task), agents: idle.members.map(addressOf), seed: hashOf(seed, from) })
  const first = order.slice(0, ranks).map((address) => Number(address) - 1)
  // Planted by a test: all of them believe to be first.
  return { from, order: settings.brokenRank === 1 ? [first] : first.map((agent) => [agent]) }
}

/** Everybody takes a task as soon as it pays what the work costs. */
function lookByPrice(market: Market, { number }: Block): void {
  const { open, idle, claiming, agents, net } = market
  const state = net.states[0]
  if (state === undefined) return
  const start = 1 / (4 * agents)
  for (const task of open) {
    const age = Math.min(rampBlocks, number - taskOf(state, task).openedIn)
    const price = start ** (1 - age / rampBlocks)
    for (const agent of idle.members) {
      if (claiming.has(agent) || costOf(market, task, agent) > price) continue
      const { isOpen, isBlind } = sees(market, { agent, task })
      if (isOpen) claim(market, { agent, task, isBlind })
    }
  }
}

function lookFreely(market: Market, { number }: Block): void {
  const { open, idle, claiming, way, seed } = market
  const tasks = [...open]
  for (const agent of shuffled(idle.members, seed, 18, number)) {
    if (claiming.has(agent) || tasks.length === 0) continue
    const from = way === 'random task' ? Math.floor(draw(seed, 19, agent, number) * tasks.length) : 0
    for (let step = 0; step < tasks.length; step++) {
      const task = tasks[(from + step) % tasks.length] ?? 0
      const { isOpen, isBlind } = sees(market, { agent, task })
      if (!isOpen) continue
      claim(market, { agent, task, isBlind })
      break
    }
  }
}

/** One account tells everybody what to do, after it thought about it; while it is dead, nothing happens. */
function lookCentrally(market: Market, { number }: Block): void {
  const { open, idle, claiming, way, net, rounds, settings } = market
  const state = net.states[0]
  const { outageFrom = -1, outageBlocks = 0, delay = 30 } = settings
  if (state === undefined || (number >= outageFrom && number < outageFrom + outageBlocks)) return
  const wait = way === 'slow scheduler' ? delay : 0
  const free = idle.members.filter((agent) => !claiming.has(agent))
  for (const task of open) {
    const order = rounds.get(task)
    const agent = order?.order[0]?.[0]
    if (order !== undefined && agent !== undefined) {
      if (number > order.from && isOpenAt(state, taskOf(state, task))) claim(market, { agent, task, isBlind: false })
      continue
    }
    if (number - taskOf(state, task).openedIn < wait || !isOpenAt(state, taskOf(state, task))) continue
    const chosen = free.pop()
    if (chosen === undefined) return
    claiming.add(chosen)
    rounds.set(task, { from: number, order: [[chosen]] })
    net.send({ from: schedulerOf(market), chain: 0, action: { kind: 'append', topic: 0, data: chosen } })
  }
}

const blockSeconds = [2]
const base = { scenario: 'S7', blockSeconds, seed: 7 }

function cases(size: 'full' | 'quick' | 'local'): Case[] {
  const of = (way: Way, agents: number, settings: Record<string, number>): Case => ({
    ...{ ...base, way, agents, settings: { load: 0.8, service: 20, stale: 0.05, ...settings } },
  })
  if (size === 'local') {
    const local = [3, 10, 100].map((agents) => of('public rank', agents, { service: 6, tasks: agents === 3 ? 12 : 60 }))
    return [...local, of('oldest task', 10, { service: 6, tasks: 20 })]
  }
  const isFull = size === 'full'
  const sizes = isFull ? [3, 10, 30, 100, 300, 1_000, 3_000, 10_000] : [3, 100]
  const count = (agents: number) => (isFull ? (agents > 1_000 ? 2_000 : 3_000) : 100 + 5 * agents)
  const rank = sizes.map((agents) => of('public rank', agents, { tasks: count(agents) }))
  const sweep = [0.2, 0.5, 0.95].map((load) => of('public rank', 1_000, { load, tasks: 3_000 }))
  const staleness = [0, 0.1, 0.2].map((stale) => of('public rank', 1_000, { stale, tasks: 3_000 }))
  const rising = (isFull ? [3, 10, 100, 1_000] : [10]).map((agents) =>
    of('rising reward', agents, { tasks: isFull ? 1_000 : 200, load: 0.2 }),
  )
  const naive = (isFull ? [3, 10, 100, 1_000, 10_000] : [3, 100]).flatMap((agents) =>
    (['oldest task', 'random task'] as const).map((way) => of(way, agents, { tasks: agents > 1_000 ? 60 : 200 })),
  )
  const central = (isFull ? [10, 1_000] : [10]).flatMap((agents) =>
    (['scheduler', 'slow scheduler'] as const).map((way) =>
      of(way, agents, { tasks: isFull ? 2_000 : 100, outageFrom: 40, outageBlocks: 60 }),
    ),
  )
  return [...rank, ...(isFull ? [...sweep, ...staleness] : []), ...rising, ...naive, ...central]
}

/** The bars of the market: see bench/README.md. */
function judge(rows: readonly ScenarioRow[]): string[] {
  const faults: string[] = []
  const ranked = rows.filter(({ way, settings }) => way === 'public rank' && (settings.stale ?? 0) <= 0.05)
  const gas = ranked.filter(({ settings }) => settings.load === 0.8).map((row) => row.gas / Math.max(1, row.figures.tasks ?? 0))
  if (ranked.length === 0) faults.push('S7: no run of the public rank')
  for (const { agents, figures, settings } of ranked) {
    const most = agents > 1_000 ? 1.08 : 1.05
    const { claimsPerTask = Number.POSITIVE_INFINITY, tasks = 0, doneTwice = 1 } = figures
    if (!(claimsPerTask <= most))
      faults.push(`S7: ${agents} agents at a load of ${settings.load} claim ${claimsPerTask} times per task, at most ${most}`)
    if (tasks < (settings.tasks ?? 1)) faults.push(`S7: ${agents} agents settled ${tasks} of ${settings.tasks} tasks`)
    if (doneTwice > 0) faults.push(`S7: ${agents} agents did ${doneTwice} tasks twice`)
  }
  const [least, most] = [Math.min(...gas), Math.max(...gas)]
  if (!(most <= least * 1.05)) faults.push(`S7: gas per task goes from ${Math.round(least)} to ${Math.round(most)}, may rise by 5 %`)
  return faults
}

export const market: Scenario = { id: 'S7', title: 'Open market', play, judge, cases, latency: 'waitSeconds' }
