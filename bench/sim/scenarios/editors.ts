import { draw, zipf } from '../numbers.ts'
import { type CellView, type ChainState, cellAt } from '../state.ts'
import type { Action, Net, Outcome } from '../types.ts'

export const documentWays = ['edit', 'edit spread', 'lease', 'free-for-all', 'supervisor', 'all-to-all'] as const
export type DocumentWay = (typeof documentWays)[number]

/** A body in the content store: the one it was made from, and the edit that it adds. */
export type Body = { readonly parent: number; readonly edit: number }

/** What an editor wants. */
export type Wish = { readonly editor: number; readonly edit: number; readonly section: number; readonly since: number }

/** What the editors of one run share. */
export type Desk = {
  readonly net: Net
  readonly state: ChainState
  readonly way: DocumentWay
  readonly seed: number
  readonly agents: number
  readonly settings: Readonly<Record<string, number>>
  readonly editors: Editor[]
  readonly bodies: Body[]
  /** Edits that a chain took, and in how many seconds. */
  readonly commits: number[]
  readonly times: number[]
  /** What the supervisor has before it. */
  readonly queue: Wish[]
  /** Leases, in seconds. */
  readonly grants: { readonly section: number; readonly from: number; until: number }[]
  /** Who is asked by whom, by editor. */
  readonly asks: Map<number, { readonly wish: Wish; readonly missing: Set<number>; isReady: boolean }>
  isSupervisorBusy: boolean
  gas: number
  failed: number
  refused: number
  /** Writes of somebody whose lease was over, and that the cell refused. */
  fenced: number
}

export type Editor = {
  readonly id: number
  /** `sent` and `waiting`: acts again when it hears something. */
  phase: 'thinking' | 'sent' | 'held' | 'waiting' | 'done'
  /** The block from which it acts again. */
  due: number
  startedAt: number
  /** How many edits it made, and how often it tried the next one. */
  count: number
  attempt: number
  edit: number
  section: number
  seen: CellView
  token: number
  /** Paused over the end of its lease. */
  isLate: boolean
}

/** How many edits one editor has numbers for. */
const perEditor = 1_000
export const editorOfEdit = (edit: number) => Math.floor(edit / perEditor)

export function newEditor(desk: Desk, id: number): Editor {
  const editor: Editor = {
    ...{ id, phase: 'thinking', due: 0, startedAt: 0, count: 0, attempt: 0, edit: -1, section: 0 },
    ...{ seen: cellAt(desk.state, 0), token: 0, isLate: false },
  }
  begin(desk, editor)
  return editor
}

/** How many blocks the editor's node is behind at this attempt. */
const lagOf = ({ seed, settings }: Desk, { id, count, attempt }: Editor) =>
  draw(seed, 31, id, count, attempt) < (settings.stale ?? 0) ? 1 : 0

/** Chooses the next section and reads it. A lease comes before the thought, everything else after it. */
export function begin(desk: Desk, editor: Editor): void {
  const { seed, settings, state, way } = desk
  const { edits = 1, think = 3, sections = 1 } = settings
  const { id, count } = editor
  if (count >= edits) {
    editor.phase = 'done'
    return
  }
  const section = zipf(sections, draw(seed, 32, id, count))
  const thought = way === 'lease' ? 0 : Math.floor(draw(seed, 33, id, count) * 2 * think)
  Object.assign(editor, { phase: 'thinking', section, edit: id * perEditor + count, startedAt: state.seconds, attempt: 0, isLate: false })
  editor.due = state.number + 1 + thought
  editor.seen = cellAt(state, section, lagOf(desk, editor))
}

function finish(desk: Desk, editor: Editor): void {
  editor.count += 1
  begin(desk, editor)
}

function send({ net }: Desk, editor: Editor, action: Action, isBlind: boolean): void {
  editor.phase = 'sent'
  net.send({ from: editor.id, chain: 0, action, isBlind })
}

function write(desk: Desk, editor: Editor, { expectedVersion, isBlind }: { expectedVersion: number; isBlind: boolean }): void {
  desk.bodies.push({ parent: editor.seen.value, edit: editor.edit })
  send(desk, editor, { kind: 'write', cell: editor.section, expectedVersion, value: desk.bodies.length - 1 }, isBlind)
}

const leaseSecondsOf = ({ net, settings }: Desk) => ((settings.think ?? 3) + 4) * (net.blockSeconds[0] ?? 1)

/** What an editor does that has thought. */
export function act(desk: Desk, editor: Editor): void {
  const { state, way, agents, net, queue, asks } = desk
  const { id, edit, section } = editor
  const wish = { editor: id, edit, section, since: state.number }
  if (way === 'lease') actByLease(desk, editor)
  else if (way === 'free-for-all') write(desk, editor, { expectedVersion: cellAt(state, section).version, isBlind: false })
  else if (way === 'supervisor') {
    editor.phase = 'waiting'
    queue.push(wish)
    net.send({ from: id, chain: 0, action: { kind: 'append', topic: 0, data: edit + 1 } })
  } else if (way === 'all-to-all') {
    editor.phase = 'waiting'
    const everybody = Array.from({ length: agents }, (_, other) => other)
    asks.set(id, { wish, missing: new Set(everybody.filter((other) => other !== id)), isReady: false })
  } else {
    const lag = lagOf(desk, editor)
    if (editor.attempt > 0) editor.seen = cellAt(state, section, lag)
    write(desk, editor, { expectedVersion: editor.seen.version, isBlind: lag > 0 })
  }
}

function actByLease(desk: Desk, editor: Editor): void {
  const { state } = desk
  const { section, isLate, phase } = editor
  if (phase === 'held') {
    // Who was paused does not know that time went on.
    if (!isLate) editor.seen = cellAt(state, section)
    write(desk, editor, { expectedVersion: editor.seen.version, isBlind: isLate })
    return
  }
  const lag = lagOf(desk, editor)
  const view = cellAt(state, section, lag)
  if (view.holder >= 0 && state.seconds <= view.leaseEnd) editor.due = state.number + 1
  else send(desk, editor, { kind: 'acquire', cell: section, seconds: leaseSecondsOf(desk) }, lag > 0)
}

/** Whoever lost waits, longer each time, or not at all. */
function pause({ state, seed }: Desk, editor: Editor, isSpread: boolean): void {
  editor.attempt += 1
  const most = isSpread ? Math.min(64, 2 ** editor.attempt) : 1
  editor.due = state.number + Math.floor(draw(seed, 34, editor.id, editor.count, editor.attempt) * most)
  editor.phase = 'thinking'
}

/** What an editor makes of what became of its transaction. */
export function hear(desk: Desk, editor: Editor, outcome: Outcome): void {
  const { action, result } = outcome
  const isDone = result === 'done'
  if (action.kind === 'acquire' && isDone) hold(desk, editor)
  else if (action.kind === 'acquire') pause(desk, editor, true)
  else if (action.kind === 'write' && isDone) written(desk, editor, action.cell)
  else if (action.kind === 'write') refused(desk, editor, outcome)
  else if (action.kind === 'release') {
    const held = desk.grants.findLast(({ section }) => section === action.cell)
    if (held !== undefined && isDone) held.until = desk.state.seconds - 1
    finish(desk, editor)
  }
}

/** Under a lease, while it thinks; some pause for longer than it lasts. */
function hold({ state, grants, settings, seed }: Desk, editor: Editor): void {
  const { think = 3, crash = 0 } = settings
  const seen = cellAt(state, editor.section)
  grants.push({ section: editor.section, from: state.seconds, until: seen.leaseEnd })
  const isLate = draw(seed, 35, editor.id, editor.count, editor.attempt) < crash
  Object.assign(editor, { seen, token: seen.token, phase: 'held', isLate })
  editor.due = state.number + (isLate ? 3 * (think + 4) : Math.max(1, think))
}

function written(desk: Desk, editor: Editor, cell: number): void {
  desk.asks.delete(editor.id)
  if (desk.way !== 'lease' || editor.isLate) finish(desk, editor)
  else desk.net.send({ from: editor.id, chain: 0, action: { kind: 'release', cell, token: editor.token } })
}

function refused(desk: Desk, editor: Editor, { row }: Outcome): void {
  const { way, asks } = desk
  if (way === 'lease') desk.fenced += row === 'cell.stale' || row === 'lease.writeAgainst' ? 1 : 0
  const asked = asks.get(editor.id)
  if (asked !== undefined) asked.isReady = false
  else pause(desk, editor, way !== 'edit' && way !== 'free-for-all')
  editor.isLate = false
}
