import type { TaskView } from '../task/getTask.ts'
import { isAuction } from '../task/terms.ts'
import type { CompiledStep, CompiledTask, CompiledWorkflow, StepOutcome } from './types.ts'

/** What the chains say of one task. */
export type TaskFact = {
  readonly view: Pick<TaskView, 'state' | 'verdict' | 'deliverable'>
  /** Whether its end is permanent. */
  readonly isFinal: boolean
  /** Whether the contract has seen its prerequisites settled. */
  readonly isReady: boolean
  /** Seconds by the clock of its chain. */
  readonly clock: number
}

/** Facts by task id. */
export type WorkflowFacts = ReadonlyMap<string, TaskFact>

/** Where a step stands, and why. */
export type StepStatus = {
  readonly name: string
  readonly outcome: StepOutcome
  /** Whether that can no longer be undone by a reorganisation. */
  readonly isFinal: boolean
  /** What it waits for, or how it ended, in words. */
  readonly because: string
}

/** What is to be done now. */
export type WorkflowAction = {
  readonly kind: 'open' | 'confirm' | 'cancel' | 'expire'
  readonly name: string
  readonly isCompensation: boolean
  readonly task: CompiledTask
}

/**
 * `running`; `succeeded`: every step ended and nothing failed that matters; `failing`: something did, and what runs comes to its end; `compensating`:
 * what succeeded is undone; `failed`: all is over.
 */
export type WorkflowState = 'running' | 'succeeded' | 'failing' | 'compensating' | 'failed'

/** Where a workflow stands. */
export type WorkflowStatus = {
  readonly state: WorkflowState
  readonly steps: readonly StepStatus[]
  /** Steps whose failure fails the whole. */
  readonly fatal: readonly string[]
  /** Of what is or has to be undone, in the order of undoing. */
  readonly compensations: readonly StepStatus[]
  readonly actions: readonly WorkflowAction[]
}

const nothing: TaskFact = { view: { state: 'None', verdict: undefined, deliverable: undefined }, isFinal: false, isReady: false, clock: 0 }
const whole = 10_000

/** Where a workflow stands and what is to be done, from what the chains say alone. Asks nobody. */
export function planWorkflow({ workflow, steps }: CompiledWorkflow, facts: WorkflowFacts): WorkflowStatus {
  const factOf = ({ taskId }: CompiledTask) => facts.get(taskId) ?? nothing
  const known = new Map<string, StepStatus>()
  for (const compiled of steps) known.set(compiled.name, statusOf(compiled, { known, fact: factOf(compiled.task), steps }))
  const statuses = [...known.values()]
  const fatal = statuses
    .filter(({ name, outcome, isFinal }) => outcome === 'failed' && isFinal && matters(workflow.steps, name))
    .map(({ name }) => name)
  const planning: Planning = { steps, known, factOf }
  if (fatal.length === 0) {
    const isOver = statuses.every(({ outcome }) => ['succeeded', 'failed', 'skipped'].includes(outcome))
    const isSure = statuses.every(({ outcome, isFinal }) => outcome !== 'failed' || isFinal)
    const actions = steps.flatMap((step) => stepActions(planning, step))
    return { state: isOver && isSure ? 'succeeded' : 'running', steps: statuses, fatal, compensations: [], actions }
  }
  return failing(planning, { statuses, fatal })
}

type Planning = {
  readonly steps: readonly CompiledStep[]
  readonly known: ReadonlyMap<string, StepStatus>
  readonly factOf: (task: CompiledTask) => TaskFact
}

/** Whether the failure of a step fails the whole: nobody deals with it, and nothing that comes after it can still go on without it. */
function matters(steps: CompiledWorkflow['workflow']['steps'], name: string): boolean {
  const others = Object.values(steps)
  if (steps[name]?.isOptional) return false
  if (others.some(({ when }) => when?.[name] === 'failed')) return false
  return !others.some(({ after }) => after?.includes(name))
}

type Looking = { readonly known: ReadonlyMap<string, StepStatus>; readonly fact: TaskFact; readonly steps: readonly CompiledStep[] }

function statusOf({ name, step, task }: CompiledStep, { known, fact, steps }: Looking): StepStatus {
  const { view, isFinal } = fact
  const { minVerdict = whole, isCancelled = false } = step
  if (view.state === 'Settled') {
    const { verdict = 0 } = view
    return { name, outcome: verdict >= minVerdict ? 'succeeded' : 'failed', isFinal, because: `its verdict is ${verdict} basis points` }
  }
  if (view.state === 'Cancelled' || view.state === 'Expired') {
    return { name, outcome: isCancelled ? 'skipped' : 'failed', isFinal, because: `its task is ${view.state}` }
  }
  if (view.state !== 'None') return { name, outcome: 'running', isFinal: false, because: `its task is ${view.state}` }
  if (isCancelled) return { name, outcome: 'skipped', isFinal: true, because: 'it was cancelled before it was posted' }
  const joined = join({ name, step, task }, { known, steps })
  const isTooLate = joined.outcome === 'ready' && fact.clock > task.terms.openUntil
  return isTooLate ? { name, outcome: 'failed', isFinal: true, because: 'it could not be posted in time' } : joined
}

type Joining = { readonly known: ReadonlyMap<string, StepStatus>; readonly steps: readonly CompiledStep[] }

/** What the steps before one make of it while it is not posted. */
function join({ name, step, task }: Pick<CompiledStep, 'name' | 'step' | 'task'>, { known, steps }: Joining): StepStatus {
  const status = (outcome: StepOutcome, because: string, isFinal = false): StepStatus => ({ name, outcome, isFinal, because })
  // The contract itself holds a step to its prerequisites; else only what is permanent counts.
  const counts = ({ isFinal }: StepStatus) => isFinal || task.prerequisites.length > 0
  for (const [other, wanted] of Object.entries(step.when ?? {})) {
    const found = known.get(other)
    if (found === undefined || !isEnd(found) || !found.isFinal) return status('waiting', `it waits for the end of ${other}`)
    if (found.outcome !== wanted) return status('skipped', `${other} ${found.outcome}, and it is for when that ${wanted}`, true)
  }
  const before = (step.after ?? []).flatMap((other) => known.get(other) ?? [])
  const gone = before.find((one) => one.outcome === 'skipped')
  if (gone !== undefined && task.prerequisites.length > 0)
    return status('skipped', `${gone.name} was, and the contract holds it to that`, true)
  const optional = new Set(steps.filter((one) => one.step.isOptional).map((one) => one.name))
  const succeeded = before.filter((one) => one.outcome === 'succeeded' && counts(one))
  const failed = before.filter((one) => one.outcome === 'failed' && (step.need !== undefined || !optional.has(one.name)))
  const dropped = before.filter((one) => one.outcome === 'skipped' || (one.outcome === 'failed' && !failed.includes(one)))
  const left = before.length - succeeded.length - failed.length - dropped.length
  const need = step.need ?? before.length - dropped.length
  if (succeeded.length + left < need) {
    const isFinal = [...failed, ...dropped].every((one) => one.isFinal)
    return status('failed', `${failed.map((one) => one.name).join(', ') || 'too many'} before it failed`, isFinal)
  }
  if (succeeded.length < need) return status('waiting', `${succeeded.length} of ${need} before it are settled`)
  if (before.length > 0 && succeeded.length === 0) return status('skipped', 'all before it were', true)
  return status('ready', 'all before it are settled')
}

function isEnd({ outcome }: StepStatus): boolean {
  return outcome === 'succeeded' || outcome === 'failed' || outcome === 'skipped'
}

function stepActions({ known, factOf }: Planning, { name, step, task }: CompiledStep): readonly WorkflowAction[] {
  const { view, isReady, clock } = factOf(task)
  const act = (kind: WorkflowAction['kind']): WorkflowAction => ({ kind, name, isCompensation: false, task })
  const mustConfirm = task.prerequisites.length > 0 && !isReady
  const outcome = known.get(name)?.outcome
  if (outcome === 'ready') return mustConfirm ? [act('confirm'), act('open')] : [act('open')]
  if (view.state !== 'Open') return []
  if (clock > task.terms.openUntil + task.terms.grace) return [act('expire')]
  if (step.isCancelled && !isAuction(task.terms)) return [act('cancel')]
  const areMet = (step.after ?? []).every((other) => known.get(other)?.outcome === 'succeeded')
  return mustConfirm && areMet ? [act('confirm')] : []
}

type Failing = { readonly statuses: readonly StepStatus[]; readonly fatal: readonly string[] }

/** Nothing new is posted; what nobody claimed is taken back; when nothing runs any more, what succeeded is undone in reverse. */
function failing({ steps, factOf }: Planning, { statuses, fatal }: Failing): WorkflowStatus {
  const running = statuses.filter(({ outcome }) => outcome === 'running')
  const stops = steps.flatMap(({ name, task }): readonly WorkflowAction[] => {
    const { view, clock } = factOf(task)
    if (view.state !== 'Open') return []
    const isPast = clock > task.terms.openUntil + task.terms.grace
    if (isAuction(task.terms) && !isPast) return []
    return [{ kind: isPast ? 'expire' : 'cancel', name, isCompensation: false, task }]
  })
  const undone = [...steps].reverse().flatMap(({ name, compensation }) => {
    const isDone = statuses.some((one) => one.name === name && one.outcome === 'succeeded')
    return compensation === undefined || !isDone ? [] : [{ name, task: compensation }]
  })
  const compensations = undone.map(({ name, task }) => undoingStatus({ name, task, fact: factOf(task) }))
  const base = { steps: statuses, fatal, compensations }
  if (running.length > 0) return { ...base, state: 'failing', actions: stops }
  const next = compensations.findIndex((one) => !isEnd(one))
  const [status, target] = [compensations[next], undone[next]]
  if (status === undefined || target === undefined) return { ...base, state: 'failed', actions: [] }
  const { view, clock } = factOf(target.task)
  const isPast = view.state === 'Open' && clock > target.task.terms.openUntil + target.task.terms.grace
  const kind = status.outcome === 'ready' ? 'open' : isPast ? 'expire' : undefined
  return { ...base, state: 'compensating', actions: kind === undefined ? [] : [{ kind, isCompensation: true, ...target }] }
}

function undoingStatus({ name, task, fact }: { readonly name: string; readonly task: CompiledTask; readonly fact: TaskFact }): StepStatus {
  const { view, isFinal, clock } = fact
  const status = (outcome: StepOutcome): StepStatus => ({ name, outcome, isFinal, because: `its task is ${view.state}` })
  if (view.state === 'Settled') return status((view.verdict ?? 0) > 0 ? 'succeeded' : 'failed')
  if (view.state === 'Cancelled' || view.state === 'Expired') return status('failed')
  if (view.state !== 'None') return status('running')
  return status(clock > task.terms.openUntil ? 'failed' : 'ready')
}
