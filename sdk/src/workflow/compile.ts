import { type Address, concat, encodePacked, getAddress, type Hex, keccak256, zeroAddress } from 'viem'
import type { Client } from '../client.ts'
import { WorkflowInvalidError, type WorkflowProblem } from '../errors/workflow.ts'
import { chainProblems, type FinalitySeconds, finalityOf } from '../task/chainChecks.ts'
import { draftTerms } from '../task/createTerms.ts'
import { maxPrerequisites, type Prerequisite } from '../task/prerequisites.ts'
import { encodeSpec, type Json } from '../task/spec.ts'
import { taskIdOf } from '../task/taskId.ts'
import { latestEndOf } from '../task/termRules.ts'
import { totalOf } from '../task/terms.ts'
import { dependenciesOf, maySkip, orderOf, shapeProblems } from './shape.ts'
import type { CompiledStep, CompiledTask, CompiledWorkflow, StepTask, Workflow, WorkflowStep } from './types.ts'

/** What `compileWorkflow` takes. */
export type CompileWorkflowParameters = {
  readonly workflow: Workflow
  /** Seconds that a chain takes until a block is permanent, by chain id. Default: measured. */
  readonly finalitySeconds?: FinalitySeconds
  /** Seconds from a permanent block to a message that runs elsewhere. Default 10. */
  readonly relaySeconds?: number
}

const whole = 10_000

/**
 * Makes tasks of a workflow, and says what it costs at most and when it is over at the latest. Posts nothing. Every id is known from here on, so that
 * whoever compiles the same workflow follows the same tasks.
 *
 * @throws WorkflowInvalidError naming all that is wrong: its form, chains that the client does not know, terms that the escrow refuses, windows shorter
 * than finality and relay time, and a budget that does not suffice.
 * @example
 * ```ts
 * import { compileWorkflow } from '@hanse/sdk/workflow'
 *
 * const compiled = await compileWorkflow(client, { workflow })
 * console.log(compiled.cost, new Date(compiled.latestEnd * 1000))
 * ```
 */
export async function compileWorkflow(client: Client, parameters: CompileWorkflowParameters): Promise<CompiledWorkflow> {
  const { workflow } = parameters
  const refuse = (problems: readonly WorkflowProblem[]) => {
    if (problems.length > 0) throw new WorkflowInvalidError({ workflow: workflow.name, problems })
  }
  refuse([...shapeProblems(workflow), ...unknownChains(client, workflow)])
  const building: Building = { client, workflow, bodies: new Map(), problems: [], done: new Map() }
  const order = orderOf(workflow.steps)
  const names = 'names' in order ? order.names : []
  const tasks = names.map((name) => buildStep(building, name))
  refuse(building.problems)
  const latestEnd = Math.max(...tasks.map(({ latestEnd: end }) => end))
  const { until = latestEnd } = workflow
  const compensations = undoing(building, { names, until })
  refuse(building.problems)
  const steps: readonly CompiledStep[] = names.flatMap((name, index) => {
    const [step, task] = [workflow.steps[name], tasks[index]]
    return step === undefined || task === undefined ? [] : [{ name, step, task, compensation: compensations.get(name) }]
  })
  const cost = sumOf(tasks)
  const compensationCost = sumOf([...compensations.values()])
  const late = latestEnd > until ? [{ reason: `its steps may last until ${latestEnd}, later than \`until\`, ${until}` }] : []
  refuse([...late, ...budgetProblems(workflow, [cost, compensationCost]), ...(await chainsSay(client, { steps, ...parameters }))])
  const latestCompensationEnd = Math.max(until, ...[...compensations.values()].map(({ latestEnd: end }) => end))
  return { workflow, steps, cost, compensationCost, latestEnd, latestCompensationEnd, bodies: building.bodies }
}

function unknownChains(client: Client, { steps }: Workflow): readonly WorkflowProblem[] {
  const known = [...client.chains.keys()]
  return Object.entries(steps).flatMap(([step, { chain, chains = [], compensate }]) =>
    [chain, ...chains, ...(compensate === undefined ? [] : [compensate.chain, ...(compensate.chains ?? [])])]
      .filter((id) => !known.includes(id))
      .map((id) => ({ step, reason: `names chain ${id}, which the client does not know; it knows ${known.join(', ')}` })),
  )
}

type Building = {
  readonly client: Client
  readonly workflow: Workflow
  readonly bodies: Map<Hex, Uint8Array>
  readonly problems: WorkflowProblem[]
  readonly done: Map<string, CompiledTask>
}

/** The task of a step. Those before it are built. */
function buildStep(building: Building, name: string): CompiledTask {
  const { workflow, done } = building
  const step: WorkflowStep | undefined = workflow.steps[name]
  if (step === undefined) throw new WorkflowInvalidError({ workflow: workflow.name, problems: [{ step: name, reason: 'is not there' }] })
  const before = dependenciesOf(step).map((other) => done.get(other))
  // At the latest it is posted when all before it are over.
  const from = Math.max(workflow.startAt, ...before.map((task) => task?.latestEnd ?? 0))
  const { prerequisites, minVerdict } = onChain(building, step)
  const inputs = Object.fromEntries(
    (step.after ?? []).map((other) => [other, { chainId: done.get(other)?.chain ?? 0, taskId: done.get(other)?.taskId ?? '0x' }]),
  )
  const task = build(building, { name, label: 'step', given: step, from, prerequisites, minVerdict, inputs })
  done.set(name, task)
  return task
}

/**
 * The prerequisites that the contract itself can hold a step to: all of them are needed, none may be skipped, and all live where it does. Others are
 * seen to by not posting it before.
 */
function onChain({ workflow, done }: Building, { after = [], need, chain }: WorkflowStep) {
  const isFit =
    (need ?? after.length) === after.length &&
    after.length <= maxPrerequisites &&
    after.every((other) => done.get(other)?.chain === chain && !maySkip(workflow.steps, other) && !isFree(workflow.steps[other]))
  const prerequisites: readonly Prerequisite[] = isFit
    ? after.map((other) => ({ chainId: chain, taskId: done.get(other)?.taskId ?? '0x' }))
    : []
  const minVerdict = Math.min(whole, ...after.map((other) => workflow.steps[other]?.minVerdict ?? whole))
  return { prerequisites, minVerdict: prerequisites.length === 0 ? 0 : minVerdict }
}

/** Whether those after a step go on without its success. */
function isFree(step: WorkflowStep | undefined): boolean {
  return step?.isOptional ?? false
}

type Build = {
  readonly name: string
  readonly label: 'step' | 'compensation'
  readonly given: StepTask
  /** Absolute seconds: the latest at which it is posted. */
  readonly from: number
  readonly prerequisites: readonly Prerequisite[]
  readonly minVerdict: number
  readonly inputs: Readonly<Record<string, Json>>
}

function build(building: Building, { name, label, given, from, prerequisites, minVerdict, inputs }: Build): CompiledTask {
  const { client, workflow, bodies, problems } = building
  const { chain, openFor, capability, title, input = null, ...rest } = given
  const optional = { ...(title === undefined ? {} : { title }) }
  const body = encodeSpec({ capability, ...optional, input: Object.keys(inputs).length === 0 ? input : { input, inputs } })
  const specHash = keccak256(body)
  bodies.set(specHash, body)
  const drafted = draftTerms({
    ...termsOnly(rest),
    ...{ homeChainId: chain, requester: workflow.requester, specHash, openUntil: from + openFor, now: workflow.startAt },
    ...{ prerequisites, minPrerequisiteShare: minVerdict, salt: saltOf(workflow, `${label} ${name}`) },
  })
  const step = label === 'step' ? name : `${name} (compensation)`
  problems.push(...drafted.problems.map(({ field, reason }) => ({ step, reason: `${field} ${reason}` })))
  const { terms } = drafted
  const escrow = client.chains.get(chain)?.deployment.taskEscrow ?? zeroAddress
  const taskId = drafted.isWellFormed ? taskIdOf({ chainId: chain, escrow, terms }) : '0x'
  return { chain, taskId, terms, prerequisites, latestEnd: latestEndOf(terms) }
}

/** What of a step goes into terms. */
function termsOnly(given: Partial<WorkflowStep>) {
  const { after, need, when, minVerdict, isOptional, isCancelled, compensate, chain, openFor, capability, title, input, ...terms } = given
  // What is left are fields of terms: those of a step that terms need were there when it was made.
  return terms as Omit<StepTask, 'chain' | 'openFor' | 'capability' | 'title' | 'input'>
}

function saltOf({ name, requester }: Workflow, place: string): Hex {
  return keccak256(concat([requester, encodePacked(['string', 'string', 'string'], [name, '\u0000', place])]))
}

type Undoing = { readonly names: readonly string[]; readonly until: number }

/** What undoes each step that can be undone, the last first, one after the other. */
function undoing(building: Building, { names, until }: Undoing): ReadonlyMap<string, CompiledTask> {
  const found = new Map<string, CompiledTask>()
  let from = until
  for (const name of [...names].reverse()) {
    const given = building.workflow.steps[name]?.compensate
    const undone = building.done.get(name)
    if (given === undefined || undone === undefined) continue
    const inputs = { [name]: { chainId: undone.chain, taskId: undone.taskId } }
    const task = build(building, { name, label: 'compensation', given, from, prerequisites: [], minVerdict: 0, inputs })
    from = task.latestEnd
    found.set(name, task)
  }
  return found
}

function sumOf(tasks: readonly CompiledTask[]): ReadonlyMap<Address, bigint> {
  const sums = new Map<Address, bigint>()
  for (const { terms } of tasks) {
    const token = getAddress(terms.token)
    sums.set(token, (sums.get(token) ?? 0n) + totalOf(terms))
  }
  return sums
}

function budgetProblems({ budget }: Workflow, costs: readonly ReadonlyMap<Address, bigint>[]): readonly WorkflowProblem[] {
  if (budget === undefined) return []
  const tokens = [...new Set(costs.flatMap((cost) => [...cost.keys()]))]
  return tokens.flatMap((token) => {
    const most = costs.reduce((sum, cost) => sum + (cost.get(token) ?? 0n), 0n)
    const given = budget.find((one) => getAddress(one.token) === token)?.amount ?? 0n
    return most <= given ? [] : [{ reason: `it may cost ${most} of ${token}, its budget is ${given}` }]
  })
}

type ChainsSay = Omit<CompileWorkflowParameters, 'workflow'> & { readonly steps: readonly CompiledStep[] }

/** What the chains know to be wrong: above all windows shorter than finality and relay time. */
async function chainsSay(
  client: Client,
  { steps, finalitySeconds = {}, relaySeconds = 10 }: ChainsSay,
): Promise<readonly WorkflowProblem[]> {
  const chainIds = new Set(steps.flatMap(({ task, step }) => [task.chain, ...(step.chains ?? [])]))
  const known: Record<number, number> = {}
  for (const id of chainIds) known[id] = finalitySeconds[id] ?? (await finalityOf({ client, finalitySeconds }, id)) ?? 0
  const withRelay = Object.fromEntries(Object.entries(known).map(([id, seconds]) => [id, seconds + relaySeconds]))
  const problems = steps.map(async ({ name, step, task }) => {
    // Messages matter only to tasks that other chains work on, or whose start hangs on one.
    const isAlone = task.terms.chains.length === 0
    const { chain: chainId, terms } = task
    const now = terms.openUntil - step.openFor
    const found = await chainProblems({ client, chainId, terms, now, contracts: {}, finalitySeconds: isAlone ? known : withRelay })
    return [...found.map(({ field, reason }) => `${field} ${reason}`), ...joinProblems({ steps, step, known, relaySeconds })].map(
      (reason) => ({ step: name, reason }),
    )
  })
  return (await Promise.all(problems)).flat()
}

type Joins = {
  readonly steps: readonly CompiledStep[]
  readonly step: WorkflowStep
  readonly known: Readonly<Record<number, number>>
  readonly relaySeconds: number
}

/** A step that waits for another chain is posted when that is permanent there: it must be open for longer than that takes. */
function joinProblems({ steps, step, known, relaySeconds }: Joins): readonly string[] {
  return dependenciesOf(step).flatMap((other) => {
    const chain = steps.find(({ name }) => name === other)?.task.chain ?? step.chain
    const least = (known[chain] ?? 0) + relaySeconds
    if (chain === step.chain || step.openFor > least) return []
    return [`openFor is ${step.openFor} seconds, must be more than the ${least} of finality and relay of chain ${chain}, where ${other} is`]
  })
}
