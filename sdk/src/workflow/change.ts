import type { Client } from '../client.ts'
import { WorkflowInvalidError, type WorkflowProblem } from '../errors/workflow.ts'
import { type CompileWorkflowParameters, compileWorkflow } from './compile.ts'
import type { CompiledWorkflow, Workflow, WorkflowStep } from './types.ts'

/** What `addSteps` takes. */
export type AddStepsParameters = Omit<CompileWorkflowParameters, 'workflow'> & {
  readonly compiled: CompiledWorkflow
  readonly steps: Readonly<Record<string, WorkflowStep>>
}

/**
 * Adds steps to a workflow that may be running. No task of it changes: what stands on the chains stays its own.
 *
 * @throws WorkflowInvalidError when a step of that name is there, or what comes out cannot run, or would end after `until`.
 * @example
 * ```ts
 * import { addSteps } from '@hanse/sdk/workflow'
 *
 * compiled = await addSteps(client, { compiled, steps: { publish: { ...step, after: ['merge'] } } })
 * ```
 */
export async function addSteps(client: Client, { compiled, steps, ...rest }: AddStepsParameters): Promise<CompiledWorkflow> {
  const { workflow } = compiled
  const taken = Object.keys(steps).filter((name) => workflow.steps[name] !== undefined)
  refuse(
    workflow,
    taken.map((step) => ({ step, reason: 'is there already, and tasks do not change' })),
  )
  return recompile(client, { compiled, next: { ...workflow, steps: { ...workflow.steps, ...steps } }, ...rest })
}

/** What `cancelSteps` takes. */
export type CancelStepsParameters = Omit<CompileWorkflowParameters, 'workflow'> & {
  readonly compiled: CompiledWorkflow
  readonly names: readonly string[]
}

/**
 * Marks steps as not wanted any more: what was not posted never is, and what nobody has claimed is taken back. Work that somebody has begun goes on.
 *
 * @throws WorkflowInvalidError when there is no such step, or another is bound to it by the contract itself.
 * @example
 * ```ts
 * import { cancelSteps } from '@hanse/sdk/workflow'
 *
 * compiled = await cancelSteps(client, { compiled, names: ['translate-fr'] })
 * ```
 */
export async function cancelSteps(client: Client, { compiled, names, ...rest }: CancelStepsParameters): Promise<CompiledWorkflow> {
  const { workflow } = compiled
  const unknown = names.filter((name) => workflow.steps[name] === undefined)
  refuse(
    workflow,
    unknown.map((step) => ({ step, reason: 'is no step of it' })),
  )
  const marked = Object.entries(workflow.steps).map(
    ([name, step]) => [name, names.includes(name) ? { ...step, isCancelled: true } : step] as const,
  )
  return recompile(client, { compiled, next: { ...workflow, steps: Object.fromEntries(marked) }, ...rest })
}

type Recompile = Omit<CompileWorkflowParameters, 'workflow'> & { readonly compiled: CompiledWorkflow; readonly next: Workflow }

async function recompile(client: Client, { compiled, next, ...rest }: Recompile): Promise<CompiledWorkflow> {
  // Dates of what undoes count from the end that was promised, so that end stays.
  const { until = compiled.latestEnd } = compiled.workflow
  const changed = await compileWorkflow(client, { workflow: { ...next, until }, ...rest })
  const problems = compiled.steps.flatMap(({ name, task }): WorkflowProblem[] => {
    const now = changed.steps.find((one) => one.name === name)
    return now?.task.taskId === task.taskId ? [] : [{ step: name, reason: 'would become another task' }]
  })
  refuse(compiled.workflow, problems)
  return changed
}

function refuse({ name }: Workflow, problems: readonly WorkflowProblem[]): void {
  if (problems.length > 0) throw new WorkflowInvalidError({ workflow: name, problems })
}
