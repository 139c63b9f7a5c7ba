/** What of a task's terms matters here. Seconds, and basis points. */
export type TaskRules = {
  /** `claim`: whoever comes first. `auction`: signed bids. `hire`: by an offer, which opens the task, too. `rising`: whoever comes first, for a price that rises. */
  readonly allocation: 'claim' | 'auction' | 'hire' | 'rising'
  readonly workSeconds: number
  /** Of an auction: how long better bids count after the first, and by how much they must be better. */
  readonly challengeSeconds?: number
  readonly minStep?: number
  /** How many children it may pay for. */
  readonly children?: number
}

/** What a cell says since a block. */
export type CellView = {
  /** The block that made it so. */
  readonly since: number
  readonly version: number
  /** By number, what was written last; -1: nothing. */
  readonly value: number
  /** -1: nobody. */
  readonly holder: number
  /** Seconds, the last one of the lease. */
  readonly leaseEnd: number
  readonly token: number
}

/** Where a task stands. */
export type TaskStage = 'open' | 'proposed' | 'assigned' | 'submitted' | 'settled' | 'expired'

/** A task, and in which block what happened to it. */
export type TaskView = {
  readonly rules: TaskRules
  readonly parent: number | undefined
  stage: TaskStage
  /** Blocks; -1: not yet. */
  openedIn: number
  assignedIn: number
  submittedIn: number
  settledIn: number
  /** Seconds of the last step. */
  steppedAt: number
  /** -1: nobody. */
  worker: number
  /** Basis points of the reward. */
  share: number
  /** How often it was assigned. */
  token: number
  children: number
}

/** An entry of a topic. */
export type EntryView = { readonly data: number; readonly author: number; readonly block: number; readonly seconds: number }

/** What one chain says, with as much of its past as a view that is some blocks old needs. */
export type ChainState = {
  number: number
  seconds: number
  /** By cell, the newest last. */
  readonly cells: Map<number, CellView[]>
  readonly topics: Map<number, EntryView[]>
  readonly tasks: Map<number, TaskView>
  /** Proposals that are on their way from here, and those that arrived. */
  readonly sentProposals: Set<number>
  readonly delivered: Set<number>
}

export const emptyCell: CellView = { since: -1, version: 0, value: -1, holder: -1, leaseEnd: -1, token: 0 }

/** How many blocks back a cell can be looked at. */
const kept = 16

export function emptyState(): ChainState {
  return {
    number: 0,
    seconds: 0,
    cells: new Map(),
    topics: new Map(),
    tasks: new Map(),
    sentProposals: new Set(),
    delivered: new Set(),
  }
}

/** A cell as it was after so many blocks fewer. */
export function cellAt(state: Pick<ChainState, 'cells' | 'number'>, cell: number, blocksBehind = 0): CellView {
  const past = state.cells.get(cell) ?? []
  for (let at = past.length - 1; at >= 0; at--) {
    const view = past[at]
    if (view !== undefined && view.since <= state.number - blocksBehind) return view
  }
  return emptyCell
}

export function setCell(state: ChainState, cell: number, view: CellView): void {
  const past = state.cells.get(cell) ?? []
  past.push(view)
  if (past.length > 4 * kept) past.splice(0, past.length - kept)
  state.cells.set(cell, past)
}

/** The newest block of a task's past is always known, so a view of it is a comparison of blocks. */
export function isOpenAt(state: ChainState, task: TaskView, blocksBehind = 0): boolean {
  const block = state.number - blocksBehind
  return task.openedIn <= block && (task.stage === 'open' || task.assignedIn > block)
}

export function taskOf(state: ChainState, task: number): TaskView {
  const view = state.tasks.get(task)
  if (view === undefined) throw new RangeError(`No task ${task}`)
  return view
}
