import { type Hex, isHash } from 'viem'
import { AgentStoppedError, AssignmentLostError } from '../errors/agent.ts'
import { delay } from '../sync/createSync.ts'
import { decodeSpec, type Json, type TaskSpec } from '../task/spec.ts'
import { type AgentState, type Assignment, count, type Held, heldOf, isMine, tell, workTroubled } from './agentState.ts'
import { boardKey, type TaskOnBoard } from './board.ts'

/** Descriptions that are remembered. */
const mostSpecs = 1_000

/** Where what the work keeps is noted. Not by token: a task that comes back is the same work. */
function placeOf(key: string, revision: number): string {
  return `work/${key}/${revision}`
}

/** The description behind terms, fetched once. Throws what the store throws, or that it is none. */
export async function specOf(state: AgentState, specHash: Hex): Promise<TaskSpec> {
  const known = state.specs.get(specHash)
  if (known !== undefined) return known
  const spec = decodeSpec(await state.content.get(specHash))
  // Others post without end.
  if (state.specs.size >= mostSpecs) state.specs.clear()
  state.specs.set(specHash, spec)
  return spec
}

/** The deliverable of an assignment whose work is done, from memory or from before a restart. */
export async function resultOf(state: AgentState, held: Held, revision: number): Promise<Hex | undefined> {
  const known = held.results.get(revision)
  if (known !== undefined) return known
  const text = await state.notes.get(`${placeOf(held.key, revision)}/deliverable`)
  if (text === undefined || !isHash(text)) return undefined
  held.results.set(revision, text)
  return text
}

/** Starts the handler of an assignment, unless it runs or rests. */
export function startWork(state: AgentState, task: TaskOnBoard): void {
  const held = heldOf(state, boardKey(task))
  if (held.work !== undefined || state.isStopping || state.now() < held.workRestUntil) return
  const { token, revisions: revision } = task.view
  const abort = new AbortController()
  const done = work({ state, task, held, signal: abort.signal }).finally(() => {
    if (held.work?.abort === abort) held.work = undefined
    state.wake(task.homeChainId)
  })
  held.work = { token, revision, abort, done }
}

type Working = { readonly state: AgentState; readonly task: TaskOnBoard; readonly held: Held; readonly signal: AbortSignal }

async function work({ state, task, held, signal }: Working): Promise<void> {
  const revision = task.view.revisions
  try {
    const spec = await specOf(state, task.terms.specHash)
    const handler = state.handlers.get(spec.capability)
    if (handler === undefined) throw new AssignmentLostError({ taskId: task.taskId, fact: `nothing here can do ${spec.capability}` })
    count(state, 'worksStarted')
    tell(state, { event: 'work.started', task: held.key, token: task.view.token, revision, capability: spec.capability })
    const previous = revision === 0 ? undefined : await resultOf(state, held, revision - 1)
    const body = await orAborted(signal, handler(assignmentOf({ state, task, held, signal, spec, previous })))
    const deliverable = await state.content.put(typeof body === 'string' ? new TextEncoder().encode(body) : body)
    // What outlives a crash is noted before it is acted on. Notes that cannot be written keep nobody from handing in what is done.
    await state.notes.set(`${placeOf(held.key, revision)}/deliverable`, deliverable).catch((error: unknown) => {
      count(state, 'troubles')
      tell(state, { level: 'error', event: 'notes.failed', task: held.key, error: String(error) })
    })
    held.results.set(revision, deliverable)
    held.workFailures = 0
    count(state, 'worksDone')
    tell(state, { event: 'work.done', task: held.key, revision, deliverable })
  } catch (error) {
    if (signal.aborted) {
      count(state, 'worksAborted')
      tell(state, { event: 'work.aborted', task: held.key, reason: String(signal.reason) })
      return
    }
    count(state, 'worksFailed')
    workTroubled(state, held, { event: 'work.failed', error })
  }
}

/** What a handler gives, unless the signal comes first: one that does not listen must not hold its agent up. */
function orAborted<result>(signal: AbortSignal, working: Promise<result>): Promise<result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    working.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

type Keeping = Pick<Working, 'state' | 'held' | 'signal'> & { readonly name: string; readonly text: string }

/** Keeps what the work wants kept. While notes cannot be written, the work waits: what it did must not be done again. */
async function keep({ state, held, signal, name, text }: Keeping): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted()
    try {
      return await state.notes.set(name, text)
    } catch (error) {
      count(state, 'troubles')
      tell(state, { level: 'error', event: 'notes.failed', task: held.key, error: String(error) })
      await delay(Math.min(100 * 2 ** attempt, 5_000), signal)
    }
  }
}

type AssignmentOf = Working & { readonly spec: TaskSpec; readonly previous: Hex | undefined }

function assignmentOf({ state, task, held, signal, spec, previous }: AssignmentOf): Assignment {
  const { homeChainId, taskId, terms, view } = task
  const place = placeOf(held.key, view.revisions)
  const load = async (name: string): Promise<Json | undefined> => {
    const text = await state.notes.get(`${place}/${name}`)
    return text === undefined ? undefined : JSON.parse(text)
  }
  // Work that lost its assignment keeps nothing more: the next one may be under way already.
  const save = (name: string, value: Json) => keep({ state, held, signal, name: `${place}/${name}`, text: JSON.stringify(value) })
  return {
    ...{ homeChainId, taskId, terms, spec, previous, signal },
    ...{ token: view.token, revision: view.revisions, deadline: view.workDeadline ?? 0 },
    content: state.content,
    checkpoint: { load: () => load('checkpoint'), save: (value) => save('checkpoint', value) },
    step: async <result extends Json>(name: string, part: () => Promise<result>): Promise<result> => {
      const kept = await load(`step/${name}`)
      // It was written below, from what the same part gave.
      if (kept !== undefined) return kept as result
      signal.throwIfAborted()
      const value = await part()
      await save(`step/${name}`, value)
      return value
    },
    log: (event, fields = {}) => tell(state, { ...fields, event, task: held.key }),
  }
}

/** Stops work whose assignment is gone: lapsed, reopened, handed on, or undone by a reorganisation. */
export function stopLostWork(state: AgentState, held: Held): void {
  const { work: running } = held
  if (running === undefined) return
  const task = state.board.tasks.get(held.key)
  const fact = lossOf(state, { task, token: running.token })
  if (fact !== undefined) running.abort.abort(new AssignmentLostError({ taskId: task?.taskId ?? held.key, fact }))
}

function lossOf(
  state: AgentState,
  { task, token }: { readonly task: TaskOnBoard | undefined; readonly token: number },
): string | undefined {
  if (task === undefined) return 'the task is over or gone'
  const { view, homeChainId } = task
  if (view.state !== 'Assigned') return `the task is ${view.state}`
  if (!isMine(state, task)) return 'it is another worker’s'
  if (view.token !== token) return `its token is ${view.token}, the work began under ${token}`
  const { workDeadline = 0 } = view
  return state.board.clock(homeChainId) > workDeadline ? 'its deadline passed' : undefined
}

/** Stops everything under way, and waits until it has. */
export async function stopAllWork(state: AgentState): Promise<void> {
  const running = [...state.held.values()].flatMap(({ work: one }) => (one === undefined ? [] : [one]))
  for (const { abort } of running) abort.abort(new AgentStoppedError())
  await Promise.all(running.map(({ done }) => done))
}

/** All that the work on a task kept, by name, to be handed on with it. */
export async function keptOf(state: AgentState, key: string): Promise<Readonly<Record<string, string>>> {
  const names = await state.notes.names(`work/${key}/`)
  const entries = await Promise.all(names.map(async (name) => [name.slice(`work/${key}/`.length), await state.notes.get(name)] as const))
  return Object.fromEntries(entries.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])))
}
