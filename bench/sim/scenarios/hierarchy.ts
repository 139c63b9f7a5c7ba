// S5: work that is parted and parted again. Hanse's way is a tree of tasks, whose coordinators are only those who hold the parents; the baseline is
// a supervisor that every step passes through, and beside both the critical path: how long the tree takes when nobody dies or waits for anybody.
import { createPool, draw, type Pool, quantile, rounded } from '../numbers.ts'
import { createQueue, type Queue } from '../queue.ts'
import { type ChainState, type TaskRules, taskOf } from '../state.ts'
import type { Action, Block, Case, Figures, Net, Outcome, Scenario, ScenarioRow } from '../types.ts'

const ways = ['task tree', 'supervisor'] as const
type Way = (typeof ways)[number]

/** A part of the work: what it is parted into, if anything, and the task that stands for it, another one after that is over without a result. */
type Node = { readonly node: number; readonly parent: number; readonly level: number; readonly children: readonly number[]; task: number }

/** Whoever holds a parent dies at one of its events, or never. */
type Death = 'claimed' | 'opening' | 'waiting' | 'never'

type Tree = {
  readonly net: Net
  readonly state: ChainState
  readonly case: Case
  readonly nodes: readonly Node[]
  readonly idle: Pool
  readonly dead: Set<number>
  /** What its holder does, by task and block. */
  readonly agenda: Queue<() => void>
  readonly claiming: Set<number>
  readonly handedIn: Set<number>
  /** When the holder of a node died, in seconds. */
  readonly deaths: Map<number, number>
  readonly recoveries: number[]
  /** By task: its node. */
  readonly nodeOf: Map<number, Node>
  gas: number
  tasks: number
  settled: number
}

function nodesOf(depth: number, fanOut: number): Node[] {
  const nodes: (Node & { readonly children: number[] })[] = [{ node: 0, parent: -1, level: 0, children: [], task: -1 }]
  for (const one of nodes) {
    if (one.level >= depth) continue
    for (let child = 0; child < fanOut; child++) {
      one.children.push(nodes.length)
      nodes.push({ node: nodes.length, parent: one.node, level: one.level + 1, children: [], task: -1 })
    }
  }
  return nodes
}

async function play({ net, case: one }: { readonly net: Net; readonly case: Case }): Promise<Figures> {
  const [state] = net.states
  if (state === undefined) throw new RangeError('A net has a chain')
  const { depth = 1, fanOut = 2 } = one.settings
  const tree: Tree = {
    ...{
      net,
      state,
      case: one,
      nodes: nodesOf(depth, fanOut),
      dead: new Set(),
      agenda: createQueue(),
      claiming: new Set(),
      handedIn: new Set(),
    },
    ...{
      idle: createPool(Array.from({ length: one.agents }, (_, agent) => agent)),
      deaths: new Map(),
      recoveries: [],
      nodeOf: new Map(),
      gas: 0,
      tasks: 0,
      settled: 0,
    },
  }
  if (one.way === 'supervisor') return supervise(tree)
  let block = await net.next()
  const began = block.seconds
  post(tree, 0, one.agents)
  for (const limit = block.number + 1_000_000; tree.settled < tree.nodes.length && block.number < limit; ) {
    block = await net.next()
    take(tree, block)
    while ((tree.agenda.next() ?? Number.POSITIVE_INFINITY) <= block.number) tree.agenda.pop()?.item()
    claimOpen(tree, block)
    lapseLate(tree)
  }
  const path = criticalPath(tree)
  return {
    ...figuresOf(tree, block.seconds - began),
    criticalPathSeconds: path,
    timesCriticalPath: rounded((block.seconds - began) / path),
  }
}

function send({ net }: Tree, from: number, action: Action): void {
  net.send({ from, chain: 0, action })
}

/** Opens a task for a node: the root's by the requester, another one's by whoever holds the task above. */
function post(tree: Tree, index: number, from: number): void {
  const { nodes, nodeOf } = tree
  const node = nodes[index]
  if (node === undefined) return
  node.task = tree.tasks++
  nodeOf.set(node.task, node)
  const terms = rulesOf(tree, node)
  const parent = nodes[node.parent]
  if (parent === undefined) send(tree, from, { kind: 'open', task: node.task, terms })
  else send(tree, from, { kind: 'openChild', task: node.task, parent: parent.task, terms })
}

/** The higher, the longer: a parent lasts as long as all below it, with the deaths there. */
function rulesOf({ case: { settings } }: Tree, { level, children }: Node): TaskRules {
  const { workSeconds = 60, depth = 1 } = settings
  return { allocation: 'claim', workSeconds: workSeconds * 3 ** (depth - level), children: children.length }
}

function take(tree: Tree, { outcomes, number, seconds }: Block): void {
  const { case: one, claiming, idle } = tree
  for (const { action, from, gas, result } of outcomes) {
    tree.gas += gas
    const isDone = result === 'done'
    if (action.kind === 'claim') {
      claiming.delete(action.task)
      if (isDone) takeOver(tree, { task: action.task, holder: from, block: number, seconds })
      else idle.add(from)
    }
    if (!isDone) continue
    if (action.kind === 'lapse') replace(tree, action.task)
    else if (action.kind === 'submit') {
      idle.add(from)
      send(tree, one.agents + 1, { kind: 'accept', task: action.task })
    } else if (action.kind === 'accept') {
      tree.settled += 1
      climb(tree, tree.nodeOf.get(action.task)?.parent ?? -1)
    }
  }
}

type Takeover = { readonly task: number; readonly holder: number; readonly block: number; readonly seconds: number }

function takeOver(tree: Tree, { task, holder, block, seconds }: Takeover): void {
  const { deaths, recoveries, nodeOf } = tree
  const node = nodeOf.get(task)?.node ?? -1
  const died = deaths.get(node)
  if (died !== undefined) recoveries.push(seconds - died)
  deaths.delete(node)
  work(tree, { task, holder, block })
}

/** A task that is over is posted again, by its requester or by whoever holds the one above; if that is dead, its successor will see to it. */
function replace(tree: Tree, task: number): void {
  const { state, nodeOf, nodes, case: one, dead } = tree
  const node = nodeOf.get(task)
  if (node?.task !== task || taskOf(state, task).stage !== 'expired') return
  const above = state.tasks.get(nodes[node.parent]?.task ?? -1)
  if (node.parent < 0) post(tree, node.node, one.agents)
  else if (above?.stage === 'assigned' && !dead.has(above.worker)) post(tree, node.node, above.worker)
}

/** Whether something is under way for a node, or done. */
function isUnderWay({ state, nodes }: Tree, index: number): boolean {
  const stage = state.tasks.get(nodes[index]?.task ?? -1)?.stage
  return stage !== undefined && stage !== 'expired'
}

function deathOf({ case: { seed, settings }, state }: Tree, task: number): Death {
  const { token } = taskOf(state, task)
  if (draw(seed, 71, task, token) >= (settings.kill ?? 0)) return 'never'
  return (['claimed', 'opening', 'waiting'] as const)[Math.floor(draw(seed, 72, task, token) * 3)] ?? 'claimed'
}

function die({ dead, deaths, state }: Tree, { node, holder }: { node: number; holder: number }): void {
  dead.add(holder)
  deaths.set(node, state.seconds)
}

/** Blocks that the work of a leaf takes. */
function workBlocks({ seed, settings }: Case, task: number): number {
  return 1 + Math.floor(draw(seed, 73, task) * 2 * (settings.service ?? 5))
}

/** Blocks from the one in which a node is opened to the one in which it is paid, at best: it is claimed, handed in and accepted, each a block later. */
function pathBlocks(tree: Tree, { children, task }: Node): number {
  if (children.length === 0) return workBlocks(tree.case, task) + 3
  // Its parts are opened a block after it was claimed.
  return 4 + Math.max(...children.flatMap((child) => tree.nodes[child] ?? []).map((child) => pathBlocks(tree, child)))
}

/** The critical path of a tree whose tasks are all known, in seconds. */
function criticalPath(tree: Tree): number {
  const [root] = tree.nodes
  const [blockSeconds = 1] = tree.case.blockSeconds
  return root === undefined ? 0 : (1 + pathBlocks(tree, root)) * blockSeconds
}

/** What a new holder does: a leaf is worked on; of an inner node those parts are opened that the chain does not know yet. */
function work(tree: Tree, { task, holder, block }: { task: number; holder: number; block: number }): void {
  const { nodeOf, case: one, agenda } = tree
  const node = nodeOf.get(task)
  if (node === undefined) return
  if (node.children.length === 0) {
    agenda.push(block + workBlocks(one, task), () => send(tree, holder, { kind: 'submit', task }))
    return
  }
  const death = deathOf(tree, task)
  if (death === 'claimed') {
    die(tree, { node: node.node, holder })
    return
  }
  const missing = node.children.filter((child) => !isUnderWay(tree, child))
  const opened = death === 'opening' ? missing.slice(0, Math.floor(missing.length / 2)) : missing
  for (const child of opened) post(tree, child, holder)
  if (death === 'never') agenda.push(block + 1, () => climb(tree, node.node))
  else die(tree, { node: node.node, holder })
}

/** A parent all of whose parts are settled is handed in by whoever holds it, if that lives. */
function climb(tree: Tree, index: number): void {
  const { nodes, state, dead } = tree
  const node = nodes[index]
  const view = state.tasks.get(node?.task ?? -1)
  if (node === undefined || view?.stage !== 'assigned' || dead.has(view.worker) || node.children.length === 0) return
  if (!node.children.every((child) => state.tasks.get(nodes[child]?.task ?? -1)?.stage === 'settled')) return
  // It hears of the last part twice: when it begins, and when that is paid.
  const step = node.task * 1_000 + view.token
  if (tree.handedIn.has(step)) return
  tree.handedIn.add(step)
  send(tree, view.worker, { kind: 'submit', task: node.task })
}

/** Everybody idle takes a task, each another one: how they part them is the matter of S7. */
function claimOpen(tree: Tree, { number }: Block): void {
  const { state, idle, claiming, case: one, dead } = tree
  for (const [task, view] of state.tasks) {
    if (view.stage !== 'open' || claiming.has(task) || idle.members.length === 0) continue
    const agent = idle.members[Math.floor(draw(one.seed, 74, task, number) * idle.members.length)]
    if (agent === undefined || dead.has(agent)) continue
    idle.remove(agent)
    claiming.add(task)
    send(tree, agent, { kind: 'claim', task })
  }
}

/** Anyone fires the default of a holder that is late, dead or not. */
function lapseLate(tree: Tree): void {
  const { state, nodes, dead, idle, case: one } = tree
  for (const { task } of nodes) {
    const view = state.tasks.get(task)
    if (view?.stage !== 'assigned' || state.seconds <= view.steppedAt + view.rules.workSeconds) continue
    if (!dead.has(view.worker)) idle.add(view.worker)
    send(tree, one.agents + 2, { kind: 'lapse', task })
  }
}

/** One account hires for each leaf and takes it back, a step a block. While it is dead, nothing goes on until somebody starts it again by hand. */
async function supervise(tree: Tree): Promise<Figures> {
  const { net, case: one, nodes, agenda, recoveries, state } = tree
  const { kill = 0, restartSeconds = 600 } = one.settings
  const leaves = nodes.filter(({ children }) => children.length === 0).map(({ node }) => node)
  const steps: Action[] = leaves.map((task, index) => ({ kind: 'hire', task, worker: index % one.agents }))
  let block = await net.next()
  const began = block.seconds
  let deadUntil = kill > 0 ? -1 : 0
  for (const limit = block.number + 200_000; tree.settled < leaves.length && block.number < limit; block = await net.next()) {
    for (const outcome of block.outcomes) report(tree, steps, outcome)
    while ((agenda.next() ?? Number.POSITIVE_INFINITY) <= block.number) agenda.pop()?.item()
    if (deadUntil < 0 && tree.settled >= leaves.length / 2) {
      deadUntil = state.seconds + restartSeconds
      recoveries.push(restartSeconds)
    }
    const step = state.seconds < deadUntil ? undefined : steps.shift()
    if (step !== undefined) send(tree, step.kind === 'hire' ? one.agents : one.agents + 1, step)
  }
  return { ...figuresOf(tree, block.seconds - began), tasks: leaves.length }
}

/** What the supervisor hears, and what it has to do next because of it. */
function report(tree: Tree, steps: Action[], { action, gas, result }: Outcome): void {
  const { case: one, agenda, state } = tree
  tree.gas += gas
  if (result !== 'done') return
  if (action.kind === 'hire') {
    agenda.push(state.number + workBlocks(one, action.task), () => send(tree, action.worker, { kind: 'submit', task: action.task }))
  } else if (action.kind === 'submit') steps.unshift({ kind: 'accept', task: action.task })
  else if (action.kind === 'accept') tree.settled += 1
}

function figuresOf({ nodes, nodeOf, state, gas, settled, recoveries }: Tree, seconds: number): Figures {
  const leaves = nodes.filter(({ children }) => children.length === 0).length
  const paid = [...nodeOf].filter(([task]) => state.tasks.get(task)?.stage === 'settled')
  return {
    tasks: nodes.length,
    leaves,
    settled,
    // Parts of the work that were paid for more than once.
    doneTwice: paid.length - new Set(paid.map(([, node]) => node)).size,
    deaths: recoveries.length,
    seconds,
    gasPerLeaf: Math.round(gas / leaves),
    gasPerTask: Math.round(gas / Math.max(1, settled)),
    recoverySeconds: rounded(quantile(recoveries, 0.5)),
    recoveryMaxSeconds: Math.max(0, ...recoveries),
  }
}

function cases(size: 'full' | 'quick' | 'local'): Case[] {
  const of = (way: Way, [depth, fanOut]: readonly [number, number], settings: Record<string, number>): Case => {
    const nodes = nodesOf(depth, fanOut)
    const inner = nodes.filter(({ children }) => children.length > 0).length
    // Enough for every coordinator, for those who take over from the dead, and for some leaves at a time.
    const agents = size === 'local' ? nodes.length + 4 : 3 * inner + Math.min(100, nodes.length)
    return {
      scenario: 'S5',
      way,
      agents,
      blockSeconds: [2],
      seed: 5,
      settings: { depth, fanOut, workSeconds: 60, service: 5, kill: 0.3, ...settings },
    }
  }
  if (size === 'local')
    return [
      of('task tree', [1, 3], { kill: 0, workSeconds: 600 }),
      of('task tree', [2, 2], { kill: 0.4, workSeconds: 14, service: 1 }),
      of('supervisor', [1, 4], { kill: 0 }),
    ]
  const full = [
    ...[1, 2, 3, 4, 5, 6].map((depth) => [depth, 2] as const),
    [1, 20],
    [2, 5],
    [2, 20],
    [3, 5],
    [3, 10],
    [4, 5],
    [6, 4],
  ] as const
  const shapes =
    size === 'full'
      ? full
      : ([
          [1, 3],
          [2, 3],
          [3, 2],
        ] as const)
  return ways.flatMap((way) => shapes.flatMap((shape) => [0, 0.3].map((kill) => of(way, shape, { kill }))))
}

function judge(rows: readonly ScenarioRow[]): string[] {
  const found: string[] = []
  const ours = rows.filter(({ way }) => way === 'task tree')
  if (ours.length === 0) found.push('S5: no tree')
  if (!ours.some(({ figures }) => (figures.deaths ?? 0) > 0)) found.push('S5: no coordinator died')
  for (const { settings, figures } of ours) {
    const who = `S5: of a tree of depth ${settings.depth} and width ${settings.fanOut}`
    if (figures.settled !== figures.tasks) found.push(`${who} ${figures.settled} of ${figures.tasks} tasks were settled`)
    if (figures.doneTwice !== 0) found.push(`${who} ${figures.doneTwice} parts were paid for twice`)
    // The longest window is the root's; a keeper and a successor need some blocks more.
    const most = (settings.workSeconds ?? 60) * 3 ** (settings.depth ?? 1) + 20
    if ((figures.recoveryMaxSeconds ?? 0) > most)
      found.push(`${who} a successor came after ${figures.recoveryMaxSeconds} s, at most ${most}`)
  }
  // Where there are fewer agents than parts of the work, some parts wait.
  const free = ours.filter(({ agents, settings, figures }) => settings.kill === 0 && agents >= (figures.tasks ?? 0))
  const slowest = Math.max(...free.map(({ figures }) => figures.timesCriticalPath ?? 0))
  if (slowest > 1.1) found.push(`S5: a tree in which nobody dies or waits takes ${slowest} times its critical path`)
  const gas = ours.filter(({ settings }) => settings.kill === 0).map(({ figures }) => figures.gasPerTask ?? 0)
  if (Math.max(...gas) > Math.min(...gas) * 1.1) found.push(`S5: gas per task goes from ${Math.min(...gas)} to ${Math.max(...gas)}`)
  return found
}

export const hierarchy: Scenario = { id: 'S5', title: 'Hierarchy', play, judge, cases, latency: 'seconds' }
