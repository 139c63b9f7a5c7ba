import type { TaskView } from '../task/getTask.ts'
import type { Terms } from '../task/terms.ts'

/** What a worker has to do next about a task that is its own. */
export type WorkerStep = 'work' | 'submit' | 'alive' | 'award' | 'settle' | 'resolve'

/** What `nextStep` takes. */
export type NextStepParameters = {
  readonly view: TaskView
  readonly terms: Pick<Terms, 'challengeWindow' | 'reviewWindow' | 'disputeWindow' | 'arbitrationWindow' | 'grace'>
  /** Seconds by the home's clock. */
  readonly now: number
  /** Whether the work of this assignment is done and stored. */
  readonly isDone: boolean
  /** Seconds that it leaves to watchers to trigger what anyone may. Default 0. */
  readonly patience?: number
}

/**
 * What the worker of record does next, from the state of its task alone: so a restart, a reorganisation and a first look all come to the same.
 * Undefined: nothing, it waits for others.
 */
export function nextStep({ view, terms, now, isDone, patience = 0 }: NextStepParameters): WorkerStep | undefined {
  const { state, steppedAt } = view
  if (state === 'Assigned') return stepOfWork({ view, now, isDone })
  const ends = {
    Proposed: terms.challengeWindow,
    Submitted: terms.reviewWindow,
    Contested: terms.disputeWindow,
    Disputed: terms.arbitrationWindow,
  }
  const window = Object.entries(ends).find(([name]) => name === state)?.[1]
  if (window === undefined || now <= steppedAt + window + terms.grace + patience) return undefined
  if (state === 'Proposed') return 'award'
  return state === 'Submitted' ? 'settle' : 'resolve'
}

function stepOfWork({ view, now, isDone }: Pick<NextStepParameters, 'view' | 'now' | 'isDone'>): WorkerStep | undefined {
  const { workDeadline = 0, suspicion } = view
  if (now > workDeadline) return undefined
  // Handing in answers a doubt, too.
  if (isDone) return 'submit'
  return suspicion === undefined || now > suspicion.until ? 'work' : 'alive'
}

/** Whether a task in this state binds its worker: it must act, or will have to. */
export function isBinding({ state }: Pick<TaskView, 'state'>): boolean {
  return state === 'Assigned' || state === 'Proposed'
}

/** Whether the worker's bond is locked in this state. */
export function isBonded({ state }: Pick<TaskView, 'state'>): boolean {
  return isBinding({ state }) || state === 'Submitted' || state === 'Contested' || state === 'Disputed'
}
