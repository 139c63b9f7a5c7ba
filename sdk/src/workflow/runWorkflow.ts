import type { Account, Address, Hex } from 'viem'
import { getBlock, readContract, waitForTransactionReceipt } from 'viem/actions'
import { cancelFunction, expireFunction, isReadyFunction } from '../abis/taskEscrow.ts'
import { type Client, chainOf, clientOf } from '../client.ts'
import type { ContentStore } from '../content/store.ts'
import { messageOf } from '../errors/base.ts'
import { AccountMissingError } from '../errors/client.ts'
import type { AgentLogEntry } from '../runtime/agentState.ts'
import { createLoop, joinLoops, type Loop, type Pace } from '../runtime/loop.ts'
import { allow } from '../runtime/schedule.ts'
import { cancel } from '../task/cancel.ts'
import { confirmPrerequisites } from '../task/confirmPrerequisites.ts'
import { expire } from '../task/expire.ts'
import { getTask } from '../task/getTask.ts'
import { open } from '../task/open.ts'
import { totalOf } from '../task/terms.ts'
import { planWorkflow, type TaskFact, type WorkflowAction, type WorkflowFacts, type WorkflowStatus } from './plan.ts'
import type { CompiledTask, CompiledWorkflow } from './types.ts'

/** The tasks of a workflow, on one chain or on all. */
export function tasksOf({ steps }: CompiledWorkflow, chainId?: number): readonly CompiledTask[] {
  return steps
    .flatMap(({ task, compensation }) => (compensation === undefined ? [task] : [task, compensation]))
    .filter(({ chain }) => chainId === undefined || chain === chainId)
}

const taskEscrowAbi = [cancelFunction, expireFunction, isReadyFunction] as const

/** What the chains say of a workflow's tasks, read now. What is over for good is taken from `known` and not asked again. */
export async function readFacts(client: Client, compiled: CompiledWorkflow, known: WorkflowFacts = new Map()): Promise<WorkflowFacts> {
  const chainIds = [...new Set(tasksOf(compiled).map(({ chain }) => chain))]
  const facts = await Promise.all(chainIds.map((chainId) => factsOn(client, { tasks: tasksOf(compiled, chainId), known, chainId })))
  return new Map(facts.flat())
}

type FactsOn = { readonly tasks: readonly CompiledTask[]; readonly known: WorkflowFacts; readonly chainId: number }

/** The facts of tasks of one chain, read now. Throws when it does not answer. */
export async function factsOn(client: Client, { tasks, known, chainId }: FactsOn): Promise<readonly (readonly [string, TaskFact])[]> {
  const { timestamp } = await getBlock(clientOf(client, chainId), { blockTag: 'latest' })
  const facts = tasks.map(async (task) => {
    const before = known.get(task.taskId)
    return [task.taskId, before?.isFinal ? before : await readFact(client, { task, clock: Number(timestamp) })] as const
  })
  return Promise.all(facts)
}

/** Milliseconds after which a transaction that is in no block is looked at again from the chain. */
const receiptMs = 30_000
const ends: readonly string[] = ['Settled', 'Cancelled', 'Expired']

async function readFact(client: Client, { task, clock }: { readonly task: CompiledTask; readonly clock: number }): Promise<TaskFact> {
  const { chain: chainId, taskId, prerequisites } = task
  const { value: view } = await getTask(client, { chainId, taskId })
  const isFinal = ends.includes(view.state) && (await getTask(client, { chainId, taskId, at: 'final' })).value.state === view.state
  const mustAsk = prerequisites.length > 0 && (view.state === 'None' || view.state === 'Open')
  const isReady = mustAsk && (await areConfirmed(client, { chainId, taskId }))
  return { view, isFinal, isReady, clock }
}

function areConfirmed(client: Client, { chainId, taskId }: { readonly chainId: number; readonly taskId: Hex }): Promise<boolean> {
  const address = chainOf(client, chainId).deployment.taskEscrow
  return readContract(clientOf(client, chainId), { abi: taskEscrowAbi, address, functionName: 'isReady', args: [taskId] })
}

/**
 * Where a workflow stands, from the chains alone.
 *
 * @example
 * ```ts
 * import { getWorkflow } from '@hanse/sdk/workflow'
 *
 * const { state, steps } = await getWorkflow(client, compiled)
 * for (const { name, outcome, because } of steps) console.log(name, outcome, because)
 * ```
 */
export async function getWorkflow(client: Client, compiled: CompiledWorkflow): Promise<WorkflowStatus> {
  return planWorkflow(compiled, await readFacts(client, compiled))
}

/** What `runWorkflow` takes. */
export type RunWorkflowParameters = Pace & {
  readonly client: Client
  /** The requester. Default: the client's account. */
  readonly account?: Account
  /** The workflow now: one that was changed is taken up at the next look. */
  readonly workflow: CompiledWorkflow | (() => CompiledWorkflow)
  /** Where the descriptions of its tasks are published. */
  readonly content: ContentStore
  /** Told at every look. */
  readonly onStatus?: (status: WorkflowStatus) => void
  readonly log?: (entry: AgentLogEntry) => void
}

/**
 * Follows a workflow and does what is due: posts steps, shows the contracts that prerequisites are settled, takes back what is not wanted any more, and
 * undoes what succeeded when something failed that matters. It remembers nothing: a restart, a second process and a reorganisation all go on from the
 * chains, and the same step is the same task, which the escrow takes once.
 *
 * @returns A loop. `start()` resolves when the workflow is over.
 * @throws AccountMissingError.
 * @example
 * ```ts
 * import { compileWorkflow, runWorkflow } from '@hanse/sdk/workflow'
 *
 * const compiled = await compileWorkflow(client, { workflow })
 * await runWorkflow({ client, workflow: compiled, content }).start()
 * ```
 */
export function runWorkflow(parameters: RunWorkflowParameters): Loop {
  const { client, workflow: given, content, onStatus, log = () => {}, pollMs = client.pollingIntervalMs } = parameters
  const account = parameters.account ?? client.account
  if (account === undefined) throw new AccountMissingError('runWorkflow')
  const tell = (level: AgentLogEntry['level'], event: string, fields: Readonly<Record<string, unknown>>) =>
    log({ at: client.now(), level, event, fields })
  const running: Running = {
    ...{ client, account, content, onStatus, tell, known: new Map() },
    compiled: () => (typeof given === 'function' ? given() : given),
  }
  // Chain by chain: one that hangs holds up only what waits for it.
  const chainIds = [...client.chains.keys()]
  const loops: readonly Loop[] = chainIds.map((chainId) =>
    createLoop({
      ...parameters,
      pollMs,
      look: async () => {
        const { state } = await lookAt(running, chainId)
        if (state === 'succeeded' || state === 'failed') for (const loop of loops) void loop.stop()
      },
      onTrouble: (error) => tell('warn', 'read.failed', { chainId, error: messageOf(error) }),
    }),
  )
  return joinLoops(loops)
}

type Running = {
  readonly client: Client
  readonly account: Account
  readonly content: ContentStore
  readonly onStatus: RunWorkflowParameters['onStatus']
  readonly tell: (level: AgentLogEntry['level'], event: string, fields: Readonly<Record<string, unknown>>) => void
  readonly compiled: () => CompiledWorkflow
  /** By task id, as each chain said last. */
  readonly known: Map<string, TaskFact>
}

/** Reads one chain, and does what is due there once all were read. */
async function lookAt(running: Running, chainId: number): Promise<WorkflowStatus> {
  const { client, compiled: given, known, onStatus } = running
  const compiled = given()
  const learn = (facts: Iterable<readonly [string, TaskFact]>) => {
    for (const [taskId, fact] of facts) known.set(taskId, fact)
  }
  const tasks = tasksOf(compiled, chainId)
  if (tasks.length > 0) learn(await factsOn(client, { tasks, known, chainId }))
  const isFailing = ({ state }: WorkflowStatus) => state !== 'running' && state !== 'succeeded'
  let status = planWorkflow(compiled, known)
  // What is taken back or undone hangs on all chains at once, and an old view of one of them would undo too early.
  if (isFailing(status)) {
    learn(await readFacts(client, compiled, known))
    status = planWorkflow(compiled, known)
  }
  const isKnown = tasksOf(compiled).every(({ taskId }) => known.has(taskId))
  if (!isKnown) return { ...status, state: 'running' }
  onStatus?.(status)
  const actions = status.actions.filter(({ task }) => task.chain === chainId)
  if (actions.length > 0) await takeAll(running, { compiled, actions })
  return status
}

type TakeAll = { readonly compiled: CompiledWorkflow; readonly actions: readonly WorkflowAction[] }

/** Sends one after the other, so that nonces are in the order of the plan, and waits for all together: they may share a block. */
async function takeAll(running: Running, { compiled, actions }: TakeAll): Promise<void> {
  const { client, tell } = running
  await allowAll(running, actions).catch((error: unknown) => tell('warn', 'allow.failed', { error: messageOf(error) }))
  const waiting: Promise<void>[] = []
  for (const action of actions) {
    const { kind, name: step, isCompensation, task } = action
    const failed = (error: unknown) => tell('warn', `${kind}.failed`, { step, error: messageOf(error) })
    try {
      const hash = await send(running, { compiled, action })
      const included = waitForTransactionReceipt(clientOf(client, task.chain), { hash, timeout: receiptMs })
      waiting.push(included.then(() => tell('info', kind, { step, isCompensation, taskId: task.taskId, hash })).catch(failed))
    } catch (error) {
      failed(error)
    }
  }
  await Promise.all(waiting)
}

/** Lets the escrow take what all that is to be posted costs together. */
async function allowAll({ client, account }: Running, actions: readonly WorkflowAction[]): Promise<void> {
  const opened = actions.filter(({ kind }) => kind === 'open')
  const amounts = new Map<Address, bigint>()
  for (const { task } of opened) amounts.set(task.terms.token, (amounts.get(task.terms.token) ?? 0n) + totalOf(task.terms))
  for (const [token, amount] of amounts) await allow(client, { chainId: opened[0]?.task.chain ?? 0, account, token, amount })
}

type Sending = { readonly compiled: CompiledWorkflow; readonly action: WorkflowAction }

async function send({ client, account, content }: Running, { compiled, action: { kind, task } }: Sending): Promise<Hex> {
  const { chain: chainId, terms, prerequisites } = task
  if (kind === 'confirm') return confirmPrerequisites(client, { chainId, terms, prerequisites, account })
  if (kind === 'cancel') return cancel(client, { chainId, terms, account })
  if (kind === 'expire') return expire(client, { chainId, terms, account })
  const body = compiled.bodies.get(terms.specHash)
  // Nobody can do what nobody can read.
  if (body !== undefined) await content.put(body)
  return open(client, { chainId, terms, account })
}
