import type { WorkflowProblem } from '../errors/workflow.ts'
import type { Workflow, WorkflowStep } from './types.ts'

const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/
const whole = 10_000

/** The steps that have to end before one can start. */
export function dependenciesOf({ after = [], when = {} }: Pick<WorkflowStep, 'after' | 'when'>): readonly string[] {
  return [...new Set([...after, ...Object.keys(when)])]
}

/** All that is wrong with the form of a workflow, whatever the chains say. */
export function shapeProblems({ steps, name }: Workflow): readonly WorkflowProblem[] {
  const names = Object.keys(steps)
  const each = Object.entries(steps).flatMap(([step, given]) => stepProblems({ step, given, names }))
  const order = orderOf(steps)
  return [
    ...(name === '' ? [{ reason: 'it has no name' }] : []),
    ...(names.length === 0 ? [{ reason: 'it has no steps' }] : []),
    ...each,
    ...('circle' in order ? [{ reason: `${order.circle.join(' and ')} wait for each other` }] : []),
  ]
}

type StepProblems = { readonly step: string; readonly given: WorkflowStep; readonly names: readonly string[] }

function stepProblems({ step, given, names }: StepProblems): readonly WorkflowProblem[] {
  const { after = [], need, minVerdict = whole } = given
  const reasons: string[] = []
  if (!namePattern.test(step)) reasons.push('its name must be a letter and at most 63 letters, digits, hyphens and underscores')
  for (const other of dependenciesOf(given)) if (!names.includes(other)) reasons.push(`waits for ${other}, which is no step`)
  if (new Set(after).size < after.length) reasons.push('names a step twice in `after`')
  if (need !== undefined && (!Number.isInteger(need) || need < 1 || need > after.length)) {
    reasons.push(`needs ${need} of ${after.length} steps, must be 1 to ${after.length}`)
  }
  if (!Number.isInteger(minVerdict) || minVerdict < 0 || minVerdict > whole) {
    reasons.push(`its least verdict is ${minVerdict} basis points, must be 0 to ${whole}`)
  }
  return reasons.map((reason) => ({ step, reason }))
}

/** The names of steps, each after those that it depends on; or those that depend on each other. */
export function orderOf(steps: Workflow['steps']): { readonly names: readonly string[] } | { readonly circle: readonly string[] } {
  const left = new Map(Object.entries(steps))
  const names: string[] = []
  while (left.size > 0) {
    const free = [...left].filter(([, step]) => dependenciesOf(step).every((other) => !left.has(other))).map(([name]) => name)
    if (free.length === 0) return { circle: [...left.keys()] }
    for (const name of free) left.delete(name)
    names.push(...free)
  }
  return { names }
}

/** Whether a step may be skipped, because it has a condition or all before it may be. */
export function maySkip(steps: Workflow['steps'], name: string): boolean {
  const { when, after = [] } = steps[name] ?? {}
  if (when !== undefined) return true
  return after.length > 0 && after.every((other) => maySkip(steps, other))
}
