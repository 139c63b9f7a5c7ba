// S1: editors change the sections of one document, one more often than the other. Hanse's ways are compare-and-set with `cell.edit` and leases; the
// baselines are writing over what is there, a supervisor that every change passes through, and asking everybody else first.
import { mean, quantile, rounded, shuffled } from '../numbers.ts'
import { cellAt } from '../state.ts'
import type { Block, Case, Figures, Net, Scenario, ScenarioRow } from '../types.ts'
import { act, type Desk, type DocumentWay, documentWays, type Editor, editorOfEdit, hear, newEditor } from './editors.ts'
import { ask } from './negotiation.ts'

async function play({ net, case: one }: { readonly net: Net; readonly case: Case }): Promise<Figures> {
  const { agents, settings, seed } = one
  const way = documentWays.find((known) => known === one.way) ?? 'edit'
  const [state] = net.states
  if (state === undefined) throw new RangeError('A net has a chain')
  const desk: Desk = {
    ...{ net, state, way, seed, agents, settings, editors: [], bodies: [], commits: [], times: [], queue: [], grants: [], asks: new Map() },
    ...{ isSupervisorBusy: false, gas: 0, failed: 0, refused: 0, fenced: 0 },
  }
  let block = await prepare(desk)
  for (let id = 0; id < agents; id++) desk.editors.push(newEditor(desk, id))
  const [began, limit] = [block.seconds, block.number + (settings.limitBlocks ?? 200_000)]
  const expected = agents * (settings.edits ?? 1)
  for (;;) {
    take(desk, block)
    if (desk.commits.length >= expected || block.number >= limit) break
    const ready = desk.editors.filter(({ phase, due }) => due <= state.number && (phase === 'thinking' || phase === 'held'))
    for (const editor of shuffled(ready, seed, 36, state.number)) act(desk, editor)
    if (way === 'supervisor') supervise(desk)
    if (way === 'all-to-all') ask(desk)
    block = await net.next()
  }
  return figuresOf(desk, block.seconds - began)
}

/** Somebody lays out the sections before the editors come; that is not counted. */
async function prepare(desk: Desk): Promise<Block> {
  const { net, agents, settings, state, bodies } = desk
  const sections = settings.sections ?? 1
  for (let cell = 0; cell < sections; cell++)
    net.send({ from: agents, chain: 0, action: { kind: 'write', cell, expectedVersion: 0, value: 0 } })
  bodies.push({ parent: -1, edit: -1 })
  net.send({ from: agents, chain: 0, action: { kind: 'append', topic: 0, data: 0 } })
  while (state.topics.size === 0) await net.next()
  return net.next()
}

function take(desk: Desk, { outcomes }: Block): void {
  for (const outcome of outcomes) {
    const { action, result, from, gas } = outcome
    desk.gas += gas
    if (result === 'failed') desk.failed += 1
    if (result === 'refused') desk.refused += 1
    const editor = desk.editors[action.kind === 'write' ? editorOfEdit(desk.bodies[action.value]?.edit ?? -1) : from]
    if (editor === undefined) continue
    if (action.kind === 'write') close(desk, editor, result === 'done')
    hear(desk, editor, outcome)
  }
}

function close(desk: Desk, editor: Editor, isDone: boolean): void {
  if (isDone) commit(desk, editor)
  if (desk.way !== 'supervisor') return
  desk.isSupervisorBusy = false
  if (isDone) desk.queue.shift()
}

function commit({ commits, times, state }: Desk, { edit, startedAt }: Editor): void {
  commits.push(edit)
  times.push(state.seconds - startedAt)
}

/** One after the other, as somebody who looks at each change: one a block. */
function supervise(desk: Desk): void {
  const { net, queue, bodies, agents, state } = desk
  const [first] = queue
  if (first === undefined || desk.isSupervisorBusy) return
  desk.isSupervisorBusy = true
  const now = cellAt(state, first.section)
  bodies.push({ parent: now.value, edit: first.edit })
  const action = { kind: 'write', cell: first.section, expectedVersion: now.version, value: bodies.length - 1 } as const
  net.send({ from: agents + 1, chain: 0, action })
}

/** Which edits the document holds in the end: walked back from what each section says. */
function keptIn({ state, bodies, settings }: Desk): Set<number> {
  const kept = new Set<number>()
  for (let section = 0; section < (settings.sections ?? 1); section++) {
    for (let body = cellAt(state, section).value; body >= 0; body = bodies[body]?.parent ?? -1) kept.add(bodies[body]?.edit ?? -1)
  }
  kept.delete(-1)
  return kept
}

function figuresOf(desk: Desk, seconds: number): Figures {
  const { commits, times, gas, failed, refused, fenced, agents, settings } = desk
  const kept = keptIn(desk)
  return {
    commits: commits.length,
    expected: agents * (settings.edits ?? 1),
    lostUpdates: new Set(commits).size - kept.size,
    doubleGrants: doubleGrants(desk),
    failedPerCommit: rounded(failed / Math.max(1, commits.length)),
    refusedPerCommit: rounded(refused / Math.max(1, commits.length)),
    gasPerCommit: Math.round(gas / Math.max(1, commits.length)),
    commitSeconds: rounded(mean(times)),
    commitP95Seconds: quantile(times, 0.95),
    seconds,
    fenced,
  }
}

/** Two leases on one section of which one began before the other ended. */
function doubleGrants({ grants }: Desk): number {
  const bySection = Map.groupBy(grants, ({ section }) => section)
  return [...bySection.values()].reduce((sum, ones) => {
    const ordered = ones.toSorted((one, other) => one.from - other.from)
    return sum + ordered.filter(({ until }, index) => (ordered[index + 1]?.from ?? Number.POSITIVE_INFINITY) <= until).length
  }, 0)
}

function cases(size: 'full' | 'quick' | 'local'): Case[] {
  const of = (way: DocumentWay, agents: number, settings: Record<string, number>): Case => ({
    ...{ scenario: 'S1', way, agents, blockSeconds: [2], seed: 1 },
    settings: { sections: 10, edits: 2, think: 3, stale: 0.05, crash: 0.05, ...settings },
  })
  if (size === 'local') {
    const small = documentWays.map((way) => of(way, 3, { sections: 2, crash: way === 'lease' ? 0.2 : 0 }))
    return [
      ...small,
      ...documentWays.filter((way) => way !== 'all-to-all').map((way) => of(way, 10, { sections: 3 })),
      of('edit', 100, { edits: 1, sections: 50 }),
    ]
  }
  const sizes = size === 'full' ? [3, 10, 30, 100, 300, 1_000] : [3, 10]
  const shapes = size === 'full' ? [1, 10, 50] : [1, 10]
  return documentWays.flatMap((way) =>
    sizes.flatMap((agents) =>
      agents > 100 && way === 'all-to-all'
        ? []
        : shapes.filter((sections) => agents <= 100 || sections === 50).map((sections) => of(way, agents, { sections })),
    ),
  )
}

function judge(rows: readonly ScenarioRow[]): string[] {
  const faults: string[] = []
  const ours = rows.filter(({ way }) => way === 'edit' || way === 'edit spread' || way === 'lease')
  if (ours.length === 0) faults.push('S1: nothing was edited')
  for (const { way, agents, settings, figures } of ours) {
    const who = `S1: ${agents} editors of ${settings.sections} sections by ${way}`
    if (figures.lostUpdates !== 0) faults.push(`${who} lost ${figures.lostUpdates} updates`)
    if (figures.doubleGrants !== 0) faults.push(`${who} held a section twice at once ${figures.doubleGrants} times`)
    if (figures.commits !== figures.expected) faults.push(`${who} committed ${figures.commits} of ${figures.expected} edits`)
  }
  // A control: who writes over what is there does lose updates, or nothing would show that the others do not.
  const naive = rows.filter(({ way }) => way === 'free-for-all')
  if (naive.length > 0 && naive.every(({ figures }) => figures.lostUpdates === 0))
    faults.push('S1: even writing over each other lost nothing')
  return faults
}

export const document: Scenario = { id: 'S1', title: 'Shared document', play, judge, cases, latency: 'commitSeconds' }
