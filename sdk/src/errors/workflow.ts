import { BaseError } from './base.ts'

/** One thing that is wrong with a workflow. Without a step it is about the whole. */
export type WorkflowProblem = { readonly step?: string; readonly reason: string }

/** A workflow that could not run, or would cost more than it may. Nothing was posted. */
export class WorkflowInvalidError extends BaseError {
  override readonly name = 'WorkflowInvalidError'
  readonly problems: readonly WorkflowProblem[]

  constructor({ workflow, problems }: { readonly workflow: string; readonly problems: readonly WorkflowProblem[] }) {
    super(`The workflow ${workflow} cannot run: ${problems.length} ${problems.length === 1 ? 'thing is' : 'things are'} wrong with it.`, {
      metaMessages: problems.map(({ step, reason }) => `  ${step === undefined ? '' : `${step}: `}${reason}`),
    })
    this.problems = problems
  }
}
