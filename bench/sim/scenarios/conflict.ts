// S10: two halves that cannot hear each other decide the same things. Hanse's way is one home for each object; the baseline is a copy on each
// chain, which are told of each other's decisions as soon as that is final.
import { draw, mean, rounded } from '../numbers.ts'
import { createQueue, type Queue } from '../queue.ts'
import { cellAt } from '../state.ts'
import type { Block, Case, Figures, Net, Outcome, Proposal, Scenario, ScenarioRow } from '../types.ts'

const ways = ['home', 'replicated'] as const
type Way = (typeof ways)[number]

/** One decision about one object, by the agent of one chain. */
type Decision = { readonly id: number; readonly object: number; readonly chain: number; readonly at: number }

/** A message on its way to a chain. */
type Travelling = { readonly to: number; readonly proposal: Proposal; readonly kind: 'deliver' | 'answer' }

type Conflict = {
  readonly net: Net
  readonly case: Case
  readonly chains: number
  readonly decisions: readonly Decision[]
  /** By chain: what is to be decided there, and what arrives there. */
  readonly due: Queue<Decision>[]
  readonly inbox: Queue<Travelling>[]
  /** By decision: whether its agent takes the object for its own, and since when it knows. */
  readonly granted: Map<number, boolean>
  readonly delays: number[]
  gas: number
}

const halfOf = (chain: number, chains: number) => (chain < chains / 2 ? 0 : 1)

async function play({ net, case: one }: { readonly net: Net; readonly case: Case }): Promise<Figures> {
  const chains = net.blockSeconds.length
  const decisions = decide(one, chains)
  const queues = <item>() => Array.from({ length: chains }, () => createQueue<item>())
  const conflict: Conflict = { net, case: one, chains, decisions, due: queues(), inbox: queues(), granted: new Map(), delays: [], gas: 0 }
  for (const decision of decisions) conflict.due[decision.chain]?.push(decision.at, decision)
  const { partition = 60 } = one.settings
  const end = 4 * (partition + 1_800)
  for (;;) {
    const block = await net.next()
    take(conflict, block)
    if (conflict.delays.length === decisions.length || block.seconds > end) break
    begin(conflict, block)
    arrive(conflict, block)
  }
  return figuresOf(conflict)
}

/** For each object one agent of each half, within a minute of each other, while the halves are apart. */
function decide({ seed, settings }: Case, chains: number): Decision[] {
  const { objects = 1, partition = 60, attemptSeconds = 60 } = settings
  return Array.from({ length: 2 * objects }, (_, id) => {
    const object = id >> 1
    const half = id & 1
    const size = half === 0 ? Math.ceil(chains / 2) : Math.floor(chains / 2)
    const chain = (half === 0 ? 0 : Math.ceil(chains / 2)) + Math.floor(draw(seed, 51, id) * size)
    const at = 5 + draw(seed, 52, object) * partition + half * draw(seed, 53, object) * attemptSeconds
    return { id, object, chain, at }
  })
}

const homeOf = ({ chains }: Conflict, object: number) => object % chains

/** When a message sent now is on the other chain: it waits until its block is final, and until the halves hear each other again. */
function arrival(
  { case: { settings }, net, chains }: Conflict,
  { from, to, seconds }: { from: number; to: number; seconds: number },
): number {
  const { partition = 60, finalityBlocks = 2, relaySeconds = 2 } = settings
  const final = seconds + finalityBlocks * (net.blockSeconds[from] ?? 1)
  const isApart = halfOf(from, chains) !== halfOf(to, chains)
  return Math.max(final, isApart ? partition : 0) + relaySeconds
}

function begin(conflict: Conflict, { chain, seconds }: Block): void {
  const { net, due, case: one } = conflict
  const queue = due[chain]
  while (queue !== undefined && (queue.next() ?? Number.POSITIVE_INFINITY) <= seconds) {
    const decision = queue.pop()?.item
    if (decision === undefined) return
    const { id, object } = decision
    const isHome = one.way === 'replicated' || homeOf(conflict, object) === chain
    const { version } = cellAt(net.states[isHome ? chain : homeOf(conflict, object)] ?? { number: 0, cells: new Map() }, object)
    // Who sees that it is taken leaves it: it is told at once.
    if (isHome && version > 0) settle(conflict, { decision, isGranted: false, seconds })
    else if (isHome) net.send({ from: chain, chain, action: { kind: 'write', cell: object, expectedVersion: 0, value: id } })
    else net.send({ from: chain, chain, action: { kind: 'send', proposal: { id, cell: object, expectedVersion: 0, value: id } } })
  }
}

function settle(
  { granted, delays }: Conflict,
  { decision, isGranted, seconds }: { decision: Decision; isGranted: boolean; seconds: number },
): void {
  granted.set(decision.id, isGranted)
  delays.push(seconds - decision.at)
}

function take(conflict: Conflict, block: Block): void {
  for (const outcome of block.outcomes) {
    conflict.gas += outcome.gas
    hear(conflict, { ...outcome, seconds: block.seconds })
  }
}

function hear(conflict: Conflict, { action, result, chain, seconds }: Outcome & { readonly seconds: number }): void {
  const { decisions, case: one, chains, net } = conflict
  const isReplicated = one.way === 'replicated'
  if (action.kind === 'write') {
    const decision = decisions[action.value]
    const isGranted = result === 'done'
    if (decision === undefined) return
    settle(conflict, { decision, isGranted, seconds })
    const others = Array.from({ length: isReplicated && isGranted ? chains : 0 }, (_, to) => to).filter((to) => to !== chain)
    const proposal = { id: decision.id, cell: action.cell, expectedVersion: 0, value: action.value }
    for (const to of others) dispatch(conflict, { from: chain, to, seconds, proposal, kind: 'deliver' })
  } else if (action.kind === 'send') {
    const { proposal } = action
    dispatch(conflict, { from: chain, to: homeOf(conflict, proposal.cell), seconds, proposal, kind: 'deliver' })
  } else if (action.kind === 'deliver' && !isReplicated) {
    const { proposal } = action
    dispatch(conflict, { from: chain, to: decisions[proposal.id]?.chain ?? chain, seconds, proposal, kind: 'answer' })
  } else if (action.kind === 'answer') {
    const decision = decisions[action.proposal.id]
    const home = net.states[homeOf(conflict, action.proposal.cell)]
    if (decision === undefined || home === undefined) return
    settle(conflict, { decision, isGranted: cellAt(home, decision.object).value === decision.id, seconds })
  }
}

type Dispatch = Travelling & { readonly from: number; readonly seconds: number }

function dispatch(conflict: Conflict, { from, seconds, ...item }: Dispatch): void {
  conflict.inbox[item.to]?.push(arrival(conflict, { from, to: item.to, seconds }), item)
}

/** Whoever delivers, brings what has arrived. */
function arrive({ inbox, net }: Conflict, { chain, seconds }: Block): void {
  const queue = inbox[chain]
  while (queue !== undefined && (queue.next() ?? Number.POSITIVE_INFINITY) <= seconds) {
    const item = queue.pop()?.item
    if (item !== undefined) net.send({ from: net.blockSeconds.length, chain, action: { kind: item.kind, proposal: item.proposal } })
  }
}

function figuresOf({ decisions, granted, delays, gas, case: one }: Conflict): Figures {
  const { objects = 1 } = one.settings
  const owners = new Map<number, number>()
  for (const { id, object } of decisions) if (granted.get(id) === true) owners.set(object, (owners.get(object) ?? 0) + 1)
  return {
    objects,
    decided: granted.size,
    granted: owners.size,
    doubleGrants: [...owners.values()].filter((count) => count > 1).length,
    gasPerObject: Math.round(gas / objects),
    decisionSeconds: rounded(mean(delays)),
    decisionMaxSeconds: rounded(Math.max(0, ...delays)),
  }
}

function cases(size: 'full' | 'quick' | 'local'): Case[] {
  const of = (way: Way, chains: number, settings: Record<string, number>): Case => ({
    ...{ scenario: 'S10', way, agents: chains, seed: 10, settings: { objects: 200, partition: 60, ...settings } },
    blockSeconds: Array.from({ length: chains }, (_, chain) => [2, 1, 12, 0.25, 4][chain % 5] ?? 2),
  })
  if (size === 'local') return []
  const shapes = size === 'full' ? [2, 5, 10, 50] : [2, 5]
  const partitions = size === 'full' ? [1, 60, 3_600] : [1, 60]
  const objects = size === 'full' ? 500 : 50
  const long = size === 'full' ? ways.map((way) => of(way, 10, { objects, partition: 1, finalityBlocks: 65 })) : []
  return [
    ...ways.flatMap((way) => shapes.flatMap((chains) => partitions.map((partition) => of(way, chains, { partition, objects })))),
    ...long,
  ]
}

function judge(rows: readonly ScenarioRow[]): string[] {
  const faults: string[] = []
  const ours = rows.filter(({ way }) => way === 'home')
  if (ours.length === 0) faults.push('S10: nothing was decided')
  for (const { blockSeconds, settings, figures } of ours) {
    const who = `S10: on ${blockSeconds.length} chains, ${settings.partition} s apart`
    if (figures.doubleGrants !== 0) faults.push(`${who}, ${figures.doubleGrants} objects went to two`)
    if (figures.granted !== figures.objects) faults.push(`${who}, ${figures.granted} of ${figures.objects} objects went to somebody`)
    if (figures.decided !== 2 * (figures.objects ?? 0))
      faults.push(`${who}, ${figures.decided} agents know what became of ${2 * (figures.objects ?? 0)} decisions`)
  }
  const naive = rows.filter(({ way }) => way === 'replicated')
  if (naive.length > 0 && naive.every(({ figures }) => figures.doubleGrants === 0))
    faults.push('S10: even without a home nothing was granted twice')
  return faults
}

export const conflict: Scenario = { id: 'S10', title: 'Conflict over chains', play, judge, cases, latency: 'decisionSeconds' }
