import { decodeEventLog, type Hex, toEventSelector } from 'viem'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { type Client, chainOf } from '../client.ts'
import { createSync, type Sync } from '../sync/createSync.ts'
import { ChainHaltedError } from '../sync/errors.ts'
import type { SyncLog, SyncNotification } from '../sync/types.ts'
import { getTask } from '../task/getTask.ts'
import { isEnd } from '../task/isEnd.ts'
import { receiptOf, type TaskReceipt } from '../task/receipt.ts'
import { taskIdOf } from '../task/taskId.ts'
import type { Terms } from '../task/terms.ts'
import { type TaskView, viewIn } from '../task/view.ts'
import { providersOf } from '../track/providers.ts'

/** A task as its home has it now. */
export type TaskOnBoard = {
  readonly homeChainId: number
  readonly taskId: Hex
  readonly terms: Terms
  readonly view: TaskView
  /** The block that opened it, which nobody knew when its terms were made. */
  readonly seed: Hex
}

/** All tasks of some chains that are not over. Events say that something changed, the state says what. */
export type TaskBoard = {
  readonly tasks: ReadonlyMap<string, TaskOnBoard>
  /**
   * Reads what happened since the last look, on one home or on all. A chain that does not answer keeps its tasks as they were. One that hangs holds
   * up whoever waits for all.
   */
  look(homeChainId?: number): Promise<void>
  /** Whether a home was read up to its newest block at least once. One that broke its finality counts: nothing more comes from it. */
  isRead(homeChainId: number): boolean
  /** Reads one task anew. */
  refresh(key: string): Promise<TaskOnBoard | undefined>
  /** Seconds by the clock of a home chain: the time of its newest block. 0 before the first look. */
  clock(homeChainId: number): number
  /** Seconds between two blocks of a home chain, as measured; 1 until then. */
  blockSeconds(homeChainId: number): number
}

/** A task that ended for good, by a permanent block. */
export type TaskOver = { readonly key: string; readonly homeChainId: number; readonly receipt: TaskReceipt }

/** A task's name on the board. */
export function boardKey({ homeChainId, taskId }: { readonly homeChainId: number; readonly taskId: Hex }): string {
  return `${homeChainId}/${taskId}`
}

/** What `createBoard` takes. */
export type CreateBoardParameters = {
  readonly client: Client
  /** The homes whose tasks are wanted. */
  readonly chainIds: readonly number[]
  /** Told of a task that was read anew. */
  readonly onChange?: (task: TaskOnBoard) => void
  /** Told of a task that is over, by a block that is permanent. */
  readonly onOver?: (over: TaskOver) => void
  /** Told of what could not be read, and is tried again. */
  readonly onTrouble?: (error: unknown) => void
}

const eventNames = [
  'TaskOpened',
  'TaskAssigned',
  'TaskSubmitted',
  'TaskProposed',
  'TaskContested',
  'TaskDisputed',
  'TaskSuspected',
  'SuspicionAnswered',
  'PrerequisitesMet',
  'TaskReopened',
  'TaskReceipt',
] as const

const topics = taskEscrowAbi
  .filter((item) => item.type === 'event')
  .filter(({ name }) => eventNames.some((wanted) => wanted === name))
  .map((item) => toEventSelector(item))

/** Tasks that are read at a time. */
const atOnce = 16

type Opening = { readonly homeChainId: number; readonly taskId: Hex; readonly terms: Terms; readonly seed: Hex }
type State = {
  readonly tasks: Map<string, TaskOnBoard>
  readonly openings: Map<string, Opening>
  readonly changed: Set<string>
  /** Events that came before they were permanent. */
  readonly seen: Set<string>
  /** Which read each task was taken from, by number. */
  readonly takenFrom: Map<string, number>
}

/** Follows the tasks of some chains over the one event engine. Has no timer: it looks when it is told to. */
export function createBoard({ client, chainIds, onChange, onOver, onTrouble = () => {} }: CreateBoardParameters): TaskBoard {
  const state: State = { tasks: new Map(), openings: new Map(), changed: new Set(), seen: new Set(), takenFrom: new Map() }
  const note = (chainId: number) => async (notification: SyncNotification) => {
    if (notification.kind === 'halted') throw new ChainHaltedError({ chainId, ...notification.halt })
    for (const over of takeIn({ client, state, chainId, notification })) onOver?.(over)
  }
  const syncs = new Map(chainIds.map((chainId) => [chainId, syncOf({ client, chainId, onNotification: note(chainId) })]))
  const read = new Set<number>()

  const { refresh, readChanged } = createReader({ client, state, onChange, onTrouble })
  const lookAt = oneByOne(async (chainId) => {
    const sync = syncs.get(chainId)
    if (sync === undefined) return
    await stepAll(sync, onTrouble)
    await readChanged(chainId)
    const { halt, lastError } = sync.status()
    if (halt !== undefined || lastError === undefined) read.add(chainId)
  })
  return {
    tasks: state.tasks,
    look: async (chainId) => void (await Promise.all((chainId === undefined ? chainIds : [chainId]).map(lookAt))),
    isRead: (chainId) => read.has(chainId),
    refresh,
    clock: (chainId) => Number(syncs.get(chainId)?.status().headTimestamp ?? 0n),
    blockSeconds: (chainId) => (syncs.get(chainId)?.status().blockMs ?? 1_000) / 1_000,
  }
}

type Reader = {
  readonly client: Client
  readonly state: State
  readonly onChange: CreateBoardParameters['onChange'] | undefined
  readonly onTrouble: (error: unknown) => void
}

/** Brings tasks up to what their home says now. */
function createReader({ client, state, onChange, onTrouble }: Reader) {
  let reads = 0
  const takeView = (opening: Opening, { view, read }: { readonly view: TaskView; readonly read: number }): TaskOnBoard | undefined => {
    const key = boardKey(opening)
    // Over for good while it was read.
    if (!state.openings.has(key)) return undefined
    // Reads overtake each other, and one that began earlier may show what was before.
    if (read < (state.takenFrom.get(key) ?? 0)) return state.tasks.get(key)
    state.takenFrom.set(key, read)
    if (view.state === 'None') state.tasks.delete(key)
    else state.tasks.set(key, { ...opening, view })
    const task = state.tasks.get(key)
    if (task !== undefined) onChange?.(task)
    return task
  }
  const refresh = async (key: string): Promise<TaskOnBoard | undefined> => {
    const opening = state.openings.get(key)
    if (opening === undefined) return undefined
    const read = ++reads
    const { value: view } = await getTask(client, { chainId: opening.homeChainId, taskId: opening.taskId })
    return takeView(opening, { view, read })
  }
  const readSome = async (chainId: number, openings: readonly Opening[]) => {
    const failed = (opening: Opening, error: unknown) => {
      state.changed.add(boardKey(opening))
      onTrouble(error)
    }
    const read = ++reads
    try {
      const { value: views } = await readViews(client, { chainId, taskIds: openings.map(({ taskId }) => taskId) })
      for (const [index, view] of views.entries()) {
        const opening = openings[index]
        if (opening === undefined) continue
        if (view.status === 'fulfilled') takeView(opening, { view: view.value, read })
        else failed(opening, view.reason)
      }
    } catch (error) {
      for (const opening of openings) failed(opening, error)
    }
  }
  const readChanged = async (chainId: number) => {
    const keys = [...state.changed].filter((key) => key.startsWith(`${chainId}/`))
    for (const key of keys) state.changed.delete(key)
    const openings = keys.flatMap((key) => state.openings.get(key) ?? [])
    for (let at = 0; at < openings.length; at += atOnce) await readSome(chainId, openings.slice(at, at + atOnce))
  }
  return { refresh, readChanged }
}

/** Looks at each chain one at a time. Who asks while one is under way gets the next one, which shows all that was there when it was asked for. */
function oneByOne(look: (chainId: number) => Promise<void>): (chainId: number) => Promise<void> {
  const turns = new Map<number, Promise<void>>()
  return (chainId) => {
    const turn = (turns.get(chainId) ?? Promise.resolve()).catch(() => {}).then(() => look(chainId))
    turns.set(chainId, turn)
    return turn
  }
}

/** Many tasks in one block. One of which nothing can be told does not keep the others. */
const readViews = /* @__PURE__ */ defineRead<
  ReadParameters & { readonly taskIds: readonly Hex[] },
  readonly PromiseSettledResult<TaskView>[]
>('task.getTask', (context, { taskIds }) => Promise.allSettled(taskIds.map((taskId) => viewIn(context, taskId))))

type SyncOf = { client: Client; chainId: number; onNotification: (notification: SyncNotification) => Promise<void> }

function syncOf({ client, chainId, onNotification }: SyncOf): Sync {
  const { deployment, finality } = chainOf(client, chainId)
  return createSync({
    ...providersOf(client, chainId),
    ...{ finality, startBlock: BigInt(deployment.startBlock), onNotification },
    sources: [{ address: deployment.taskEscrow, topics }],
  })
}

async function stepAll(sync: Sync, onTrouble: (error: unknown) => void): Promise<void> {
  while (await sync.step());
  const { halt, lastError, chainId } = sync.status()
  if (halt !== undefined) onTrouble(new ChainHaltedError({ chainId, ...halt }))
  else if (lastError !== undefined) onTrouble(lastError)
}

type TakeIn = {
  readonly client: Client
  readonly state: State
  readonly chainId: number
  readonly notification: Exclude<SyncNotification, { kind: 'halted' }>
}

/** Notes which tasks changed. Gives those that are over for good. */
function takeIn({ client, state, chainId, notification }: TakeIn): readonly TaskOver[] {
  const isFinal = notification.kind === 'finalized'
  const logs = isFinal ? notification.logs : notification.blocks.flatMap((block) => block.logs)
  const over: TaskOver[] = []
  for (const log of logs) {
    const event = decodeEventLog({ abi: taskEscrowAbi, data: log.data, topics: signed(log) })
    if (!('taskId' in event.args)) continue
    const key = boardKey({ homeChainId: chainId, taskId: event.args.taskId })
    if (event.eventName === 'TaskOpened') noteOpening({ client, state, chainId, log, opened: event.args })
    if (isFinal && event.eventName === 'TaskReceipt') {
      const receipt = receiptOf(event.args)
      if (isEnd(receipt.ending)) over.push({ key, homeChainId: chainId, receipt })
    }
    const place = `${log.blockHash}/${log.logIndex}`
    // What is final was read already when it was new, unless it came with the history.
    if (!state.seen.delete(place) || !isFinal) state.changed.add(key)
    if (notification.kind === 'committed') state.seen.add(place)
  }
  for (const { key } of over) forget(state, key)
  return over
}

function forget({ openings, tasks, changed, takenFrom }: State, key: string): void {
  for (const known of [openings, tasks, changed, takenFrom]) known.delete(key)
}

type NoteOpening = Omit<TakeIn, 'notification'> & {
  readonly log: SyncLog
  readonly opened: { readonly taskId: Hex; readonly terms: Terms }
}

function noteOpening({ client, state, chainId, log, opened: { taskId, terms } }: NoteOpening): void {
  // What a node makes up has another id.
  if (taskIdOf({ chainId, escrow: chainOf(client, chainId).deployment.taskEscrow, terms }) !== taskId) return
  state.openings.set(boardKey({ homeChainId: chainId, taskId }), { homeChainId: chainId, taskId, terms, seed: log.blockHash })
}

function signed(log: SyncLog): [signature: Hex, ...rest: Hex[]] {
  const [signature = '0x', ...rest] = log.topics
  return [signature, ...rest]
}
