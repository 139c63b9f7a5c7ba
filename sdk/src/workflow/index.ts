export * from './change.ts'
export { type CompileWorkflowParameters, compileWorkflow } from './compile.ts'
export { parseWorkflow } from './parseWorkflow.ts'
export {
  planWorkflow,
  type StepStatus,
  type TaskFact,
  type WorkflowAction,
  type WorkflowFacts,
  type WorkflowState,
  type WorkflowStatus,
} from './plan.ts'
export { getWorkflow, type RunWorkflowParameters, readFacts, runWorkflow } from './runWorkflow.ts'
export * from './types.ts'
export * from './whyWorkflow.ts'
