import { type ChainState, cellAt, type EntryView, setCell, type TaskRules, type TaskView } from './state.ts'
import type { Sent } from './types.ts'

/** What the contracts do with a transaction, and which row of the snapshot prices it. */
export type Verdict = { readonly isDone: boolean; readonly row: string; readonly apply: () => void }

type At<kind> = { readonly state: ChainState; readonly from: number; readonly action: Extract<Sent['action'], { kind: kind }> }

const done = (row: string, apply: () => void): Verdict => ({ isDone: true, row, apply })
const failed = (row: string): Verdict => ({ isDone: false, row, apply: () => {} })

/**
 * The contracts as far as the scenarios use them. The local back end holds each verdict against what the real ones did with the same transaction.
 */
export function judge(state: ChainState, { from, action }: Sent): Verdict {
  switch (action.kind) {
    case 'write':
      return write({ state, from, action })
    case 'acquire':
      return acquire({ state, from, action })
    case 'release':
      return release({ state, from, action })
    case 'append':
      return append({ state, from, action })
    case 'open':
    case 'openChild':
      return open({ state, from, action })
    case 'claim':
      return claim({ state, from, action })
    case 'hire':
      return hire({ state, from, action })
    case 'propose':
      return propose({ state, from, action })
    case 'award':
      return award({ state, from, action })
    case 'send':
      return done('cell.propose', () => void state.sentProposals.add(action.proposal.id))
    case 'answer':
      return done('cell.answer', () => {})
    case 'deliver':
      return deliver({ state, from, action })
    default:
      return later({ state, from, action })
  }
}

const isLeased = (state: ChainState, cell: { holder: number; leaseEnd: number }) => cell.holder >= 0 && state.seconds <= cell.leaseEnd

function write({ state, from, action: { cell, expectedVersion, value } }: At<'write'>): Verdict {
  const now = cellAt(state, cell)
  if (now.version !== expectedVersion) return failed('cell.stale')
  const held = isLeased(state, now)
  if (held && now.holder !== from) return failed('lease.writeAgainst')
  const row = held ? 'lease.write' : now.version === 0 ? 'cell.first' : 'cell.write'
  return done(row, () => setCell(state, cell, { ...now, since: state.number, version: now.version + 1, value }))
}

function acquire({ state, from, action: { cell, seconds } }: At<'acquire'>): Verdict {
  const now = cellAt(state, cell)
  if (isLeased(state, now)) return failed('lease.lost')
  const version = now.version + 1
  return done('lease.acquire', () =>
    setCell(state, cell, { ...now, since: state.number, version, token: version, holder: from, leaseEnd: state.seconds + seconds }),
  )
}

function release({ state, from, action: { cell, token } }: At<'release'>): Verdict {
  const now = cellAt(state, cell)
  if (!isLeased(state, now) || now.holder !== from || now.token !== token) return failed('lease.lateRelease')
  return done('lease.release', () => setCell(state, cell, { ...now, since: state.number, version: now.version + 1, leaseEnd: -1 }))
}

function append({ state, from, action: { topic, data } }: At<'append'>): Verdict {
  const entries = state.topics.get(topic)
  const entry: EntryView = { data, author: from, block: state.number, seconds: state.seconds }
  if (entries !== undefined) return done('topic.append.32B', () => void entries.push(entry))
  return done('topic.first.32B', () => void state.topics.set(topic, [entry]))
}

function deliver({ state, action: { proposal } }: At<'deliver'>): Verdict {
  const { id, cell, expectedVersion, value } = proposal
  const now = cellAt(state, cell)
  const isTaken = now.version !== expectedVersion || isLeased(state, now)
  return done(isTaken ? 'cell.deliver.refused' : 'cell.deliver', () => {
    if (!isTaken) setCell(state, cell, { ...now, since: state.number, version: now.version + 1, value })
    state.delivered.add(id)
  })
}

const openRows = {
  ...{ claim: 'task.open', auction: 'task.auction.open', hire: 'task.hire', rising: 'task.rising.open' },
} as const satisfies Record<TaskRules['allocation'], string>

const newTask = (state: ChainState, rules: TaskRules, parent: number | undefined): TaskView => ({
  ...{ rules, parent, stage: 'open', openedIn: state.number, assignedIn: -1, submittedIn: -1, settledIn: -1 },
  ...{ steppedAt: state.seconds, worker: -1, share: 10_000, token: 0, children: 0 },
})

function open({ state, from, action }: At<'open' | 'openChild'>): Verdict {
  const known = state.tasks.get(action.task)
  if (known !== undefined) return failed('task.open.again')
  if (action.kind === 'open') {
    const { allocation, children = 0 } = action.terms
    const row = children > 0 ? 'task.parent.open' : openRows[allocation]
    return done(row, () => void state.tasks.set(action.task, newTask(state, action.terms, undefined)))
  }
  const parent = state.tasks.get(action.parent)
  if (parent?.stage !== 'assigned' || parent.worker !== from || isLate(state, parent)) return failed('task.child.refused')
  return done(parent.children === 0 ? 'task.child.first' : 'task.child.open', () => {
    parent.children += 1
    state.tasks.set(action.task, newTask(state, action.terms, action.parent))
  })
}

function assign(state: ChainState, task: TaskView, worker: number): void {
  task.stage = 'assigned'
  task.worker = worker
  task.assignedIn = state.number
  task.steppedAt = state.seconds
  task.token += 1
}

const isLate = (state: ChainState, { steppedAt, rules }: TaskView) => state.seconds > steppedAt + rules.workSeconds

function claim({ state, from, action }: At<'claim'>): Verdict {
  const task = state.tasks.get(action.task)
  const kind = task?.rules.allocation === 'rising' ? 'task.rising' : 'task'
  if (task?.stage !== 'open') return failed(`${kind}.lostClaim`)
  return done(`${kind}.claim`, () => assign(state, task, from))
}

/** Of a task that begins with its worker's signed offer. */
export const hireRules: TaskRules = { allocation: 'hire', workSeconds: 86_400 }

function hire({ state, action }: At<'hire'>): Verdict {
  if (state.tasks.has(action.task)) return failed('task.open.again')
  const task = newTask(state, hireRules, undefined)
  return done('task.hire', () => {
    assign(state, task, action.worker)
    state.tasks.set(action.task, task)
  })
}

function propose({ state, action: { task: number, bidder, share } }: At<'propose'>): Verdict {
  const task = state.tasks.get(number)
  const { challengeSeconds = 0, minStep = 1 } = task?.rules ?? {}
  if (task?.stage === 'open') {
    return done('task.auction.signedBids.10', () => {
      Object.assign(task, { stage: 'proposed', worker: bidder, share, steppedAt: state.seconds })
    })
  }
  const isBetter = task?.stage === 'proposed' && share <= Math.floor((task.share * (10_000 - minStep)) / 10_000)
  if (!isBetter || state.seconds > task.steppedAt + challengeSeconds) return failed('task.auction.lostBid')
  // The clock of an auction runs from its first bid on.
  return done('task.auction.beat', () => void Object.assign(task, { worker: bidder, share }))
}

function award({ state, action }: At<'award'>): Verdict {
  const task = state.tasks.get(action.task)
  const isDue = task?.stage === 'proposed' && state.seconds > task.steppedAt + (task.rules.challengeSeconds ?? 0)
  if (!isDue) return failed('task.auction.early')
  return done('task.auction.award.10', () => assign(state, task, task.worker))
}

const acceptRows = {
  ...{ claim: 'task.accept', auction: 'task.auction.accept', hire: 'task.hire.accept', rising: 'task.rising.accept' },
} as const satisfies Record<TaskRules['allocation'], string>

function later({ state, from, action }: At<'submit' | 'accept' | 'lapse'>): Verdict {
  const task = state.tasks.get(action.task)
  if (task === undefined) return failed('task.unknown')
  if (action.kind === 'submit') {
    if (task.stage !== 'assigned' || task.worker !== from || isLate(state, task)) return failed('task.lateSubmit')
    return done('task.submit', () => Object.assign(task, { stage: 'submitted', submittedIn: state.number, steppedAt: state.seconds }))
  }
  if (action.kind === 'accept') {
    if (task.stage !== 'submitted') return failed('task.lateAccept')
    const row = task.parent !== undefined ? 'task.child.accept' : acceptRows[task.rules.allocation]
    return done(task.parent === undefined && task.children > 0 ? 'task.parent.accept' : row, () =>
      Object.assign(task, { stage: 'settled', settledIn: state.number, steppedAt: state.seconds }),
    )
  }
  if (task.stage !== 'assigned' || !isLate(state, task)) return failed('task.earlyLapse')
  // Whoever comes next cannot be promised what was given to children: the task is over, and they go on without it.
  if (task.children > 0) return done('task.parent.lapse', () => void Object.assign(task, { stage: 'expired', worker: -1 }))
  return done('task.lapse', () =>
    Object.assign(task, { stage: 'open', worker: -1, openedIn: state.number, assignedIn: -1, steppedAt: state.seconds }),
  )
}
