import type { Client } from '../client.ts'
import type { Why, WhyOwner } from '../why/answer.ts'
import { whyTask } from '../why/whyTask.ts'
import { planWorkflow, type StepStatus, type TaskFact, type WorkflowStatus } from './plan.ts'
import { factsOn, tasksOf } from './runWorkflow.ts'
import type { CompiledTask, CompiledWorkflow } from './types.ts'

/** Why a workflow stands where it stands, and where all its steps stand. */
export type WhyWorkflow = Why & { readonly status: WorkflowStatus }

type Row = Pick<Why, 'code' | 'owner' | 'nextAction' | 'deadline'>
type Found = Row & Pick<Why, 'freshness'> & { readonly more?: Readonly<Record<string, string>> }

const nobody: WhyOwner = { kind: 'nobody' }
const over = (code: 'WorkflowSucceeded' | 'WorkflowFailed', nextAction: string): Found => ({
  ...{ code, owner: nobody, nextAction, deadline: undefined, freshness: [] },
})

/**
 * Why a workflow stands where it stands: what is due and who has to do it, or the task that it waits for, and why that stands there.
 *
 * @example
 * ```ts
 * import { whyWorkflow } from '@hanse/sdk/workflow'
 *
 * const { code, owner, nextAction, evidence } = await whyWorkflow(client, compiled)
 * console.log(code, evidence.step, nextAction) // 'WorkflowAwaitsStep' 'collect' 'The evaluator calls `decide`.'
 * ```
 */
export async function whyWorkflow(client: Client, compiled: CompiledWorkflow): Promise<WhyWorkflow> {
  const { facts, silent } = await whatIsKnown(client, compiled)
  const status = planWorkflow(compiled, facts)
  const place: Place = { client, compiled, status, silent }
  const { more, ...row } = await rowOf(place)
  const evidence = {
    state: status.state,
    steps: status.steps.map(({ name, outcome }) => `${name}:${outcome}`).join(' '),
    ...(status.fatal.length === 0 ? {} : { fatal: status.fatal.join(' ') }),
    ...(silent.length === 0 ? {} : { silentChains: silent.join(' ') }),
    ...more,
  }
  return { ...row, evidence, status }
}

/** What the chains say that answer, and which do not. */
async function whatIsKnown(client: Client, compiled: CompiledWorkflow) {
  const chainIds = [...new Set(tasksOf(compiled).map(({ chain }) => chain))]
  const known = new Map<string, TaskFact>()
  const looks = chainIds.map((chainId) => factsOn(client, { tasks: tasksOf(compiled, chainId), known: new Map(), chainId }))
  const silent: number[] = []
  for (const [index, look] of (await Promise.allSettled(looks)).entries()) {
    if (look.status === 'rejected') silent.push(chainIds[index] ?? 0)
    else for (const [taskId, fact] of look.value) known.set(taskId, fact)
  }
  return { facts: known, silent }
}

type Place = {
  readonly client: Client
  readonly compiled: CompiledWorkflow
  readonly status: WorkflowStatus
  readonly silent: readonly number[]
}

async function rowOf(place: Place): Promise<Found> {
  const { status, silent } = place
  const { state, steps, compensations } = status
  if (state === 'succeeded') return over('WorkflowSucceeded', 'Nothing: every step ended.')
  // What an unread chain holds may still run: so nothing is over, and nothing is undone.
  if (state === 'failed' && silent.length === 0) return over('WorkflowFailed', 'Nothing: what could be undone is.')
  const due = dueRow(place)
  if (due !== undefined) return due
  const isRunning = ({ outcome }: StepStatus) => outcome === 'running'
  if (state === 'compensating') {
    const undone = compensations.find(isRunning)
    if (undone !== undefined) return taskRow(place, { code: 'WorkflowAwaitsUndo', name: undone.name, isCompensation: true })
  }
  const running = steps.find((one) => isRunning(one) && !isSilent(place, one.name))
  const code = state === 'failing' ? 'WorkflowFailing' : 'WorkflowAwaitsStep'
  if (running !== undefined) return taskRow(place, { code, name: running.name, isCompensation: false })
  if (silent.length > 0) return silentRow(silent)
  const unsure = [...steps, ...compensations].find((one) => one.outcome !== 'waiting' && !one.isFinal)
  const nextAction = `Wait: the end of ${unsure?.name ?? 'a step'} is not permanent yet.`
  const more = unsure === undefined ? {} : { step: unsure.name }
  return { code: 'WorkflowAwaitsFinality', owner: nobody, nextAction, deadline: undefined, freshness: [], more }
}

/** What its requester can do now, on a chain that answers. */
function dueRow({ compiled, status, silent }: Place): Found | undefined {
  const { state, actions } = status
  if (silent.length > 0 && state !== 'running') return undefined
  const action = actions.find(({ task }) => !silent.includes(task.chain))
  if (action === undefined) return undefined
  const { kind, name, task, isCompensation } = action
  const code = state === 'running' ? 'WorkflowStepDue' : isCompensation ? 'WorkflowUndoDue' : 'WorkflowTakeBackDue'
  const what = isCompensation ? `what undoes ${name}` : name
  return {
    ...{ code, deadline: kind === 'open' || kind === 'confirm' ? task.terms.openUntil : undefined, freshness: [] },
    owner: { kind: 'account', account: compiled.workflow.requester, chainId: task.chain },
    nextAction: `Run it with \`runWorkflow\` or \`hanse workflow resume\`: the next thing is to ${kind} ${what}.`,
    more: { step: name, action: kind, taskId: task.taskId },
  }
}

type TaskRow = {
  readonly code: 'WorkflowAwaitsStep' | 'WorkflowFailing' | 'WorkflowAwaitsUndo'
  readonly name: string
  readonly isCompensation: boolean
}

/** The row of a task that it waits for. */
async function taskRow({ client, compiled }: Place, { code, name, isCompensation }: TaskRow): Promise<Found> {
  const step = compiled.steps.find((one) => one.name === name)
  const task: CompiledTask | undefined = isCompensation ? step?.compensation : step?.task
  const more = { step: name, taskId: task?.taskId ?? '' }
  if (task === undefined) return { code, owner: nobody, nextAction: 'Compile it again.', deadline: undefined, freshness: [], more }
  const { code: stepCode, owner, nextAction, deadline, freshness } = await whyTask(client, { chainId: task.chain, taskId: task.taskId })
  return { code, owner, nextAction: `${name}: ${nextAction}`, deadline, freshness, more: { ...more, stepCode } }
}

function isSilent({ compiled, silent }: Place, name: string): boolean {
  return silent.includes(compiled.steps.find((one) => one.name === name)?.task.chain ?? 0)
}

function silentRow(silent: readonly number[]): Found {
  const nextAction = `Look again over another RPC url: chain ${silent.join(', ')} gave no answer, and its steps wait as they are.`
  return { code: 'WorkflowChainSilent', owner: { kind: 'anyone' }, nextAction, deadline: undefined, freshness: [] }
}
