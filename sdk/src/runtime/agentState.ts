import type { Account, Address, Hex } from 'viem'
import type { CharterDocument } from '../charter/document.ts'
import type { Client } from '../client.ts'
import type { ContentStore } from '../content/store.ts'
import { messageOf } from '../errors/base.ts'
import type { Notes } from '../notes/notes.ts'
import type { Actor } from '../task/actor.ts'
import type { Json, TaskSpec } from '../task/spec.ts'
import type { Terms } from '../task/terms.ts'
import type { TaskBoard, TaskOnBoard } from './board.ts'
import type { AgentPolicy } from './policy.ts'

/** An assignment, as its handler gets it. */
export type Assignment = {
  readonly homeChainId: number
  readonly taskId: Hex
  readonly terms: Terms
  /** The fencing token: whatever the work touches outside can refuse lower ones. */
  readonly token: number
  /** Absolute seconds by the home's clock: the last at which the work may be handed in. */
  readonly deadline: number
  readonly spec: TaskSpec
  /** How often a revision was asked for. */
  readonly revision: number
  /** What was handed in before, when a revision is asked for. */
  readonly previous: Hex | undefined
  /** Aborts when the assignment is lost, its deadline passed, or the agent stops: `reason` says which. */
  readonly signal: AbortSignal
  /** Bodies by hash: what the spec names, and what the work wants to publish. */
  readonly content: ContentStore
  /** How far the work is. What `save` resolved is there after a crash, a restart and a hand-off. */
  readonly checkpoint: { load(): Promise<Json | undefined>; save(value: Json): Promise<void> }
  /** Does a part of the work once: when its result was kept, by this process or one before, that is given back and nothing is done. */
  step<result extends Json>(name: string, work: () => Promise<result>): Promise<result>
  log(event: string, fields?: Readonly<Record<string, unknown>>): void
}

/** Does the work of a task, and gives its body, or a text. One that throws is asked again, then the task is given up. */
export type TaskHandler = (assignment: Assignment) => Promise<Uint8Array | string>

/** One line of an agent's log. Values are JSON but for bigints. */
export type AgentLogEntry = {
  readonly at: number
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What an agent counts since it started. */
export type AgentCounter = (typeof agentCounters)[number]

/** What an agent counts since it started. */
export const agentCounters = [
  'looks',
  'claimsSent',
  'claimsWon',
  'claimsLost',
  'bidsSent',
  'lapsesSent',
  'doubtsSent',
  'worksStarted',
  'worksDone',
  'worksFailed',
  'worksAborted',
  'submitted',
  'doubtsAnswered',
  'handedOn',
  'takenOver',
  'givenUp',
  'settled',
  'lapsed',
  'collected',
  'troubles',
] as const

/** A claim that may still bind: noted before it is sent. */
export type ClaimNote = {
  /** The token that the claimer saw. */
  readonly token: number
  /** By the agent's clock, in milliseconds. */
  readonly sentAt: number
  /** The last second of home's clock at which it can be granted. */
  readonly until: number
  readonly via: 'home' | 'portal' | 'handoff'
  /** How many transactions the account had sent before it. */
  readonly nonce?: number
}

/** Work under way in this process. */
export type RunningWork = {
  readonly token: number
  readonly revision: number
  readonly abort: AbortController
  readonly done: Promise<void>
}

/** What the agent has to do with one task. Only `claim` and what the work keeps outlive the process. */
export type Held = {
  readonly key: string
  claim: ClaimNote | undefined
  /** The claim that home granted. */
  granted: ClaimNote | undefined
  work: RunningWork | undefined
  /** Revisions whose work is done and stored, with its deliverable. */
  readonly results: Map<number, Hex>
  /** Whether a transaction about the task is under way. */
  isActing: boolean
  /** Whether that is a doubt of its worker, which the board does not show yet. */
  isDoubting: boolean
  /** What was sent through a portal, and waits for home. */
  readonly sent: Map<string, { readonly hash: Hex; readonly at: number }>
  /** How often in a row something about it went wrong. */
  failures: number
  /** How often in a row its handler threw. */
  workFailures: number
  /** By the agent's clock in milliseconds: it is left alone until then. */
  restUntil: number
  /** The same for its handler: what failed must not keep the agent from answering a doubt. */
  workRestUntil: number
  /** The last reason for leaving it. */
  unwanted: string | undefined
  /** Whether the agent worked on it. */
  wasMine: boolean
  /** By the agent's clock in milliseconds: since when it doubts that another's worker lives. */
  silentSince: number | undefined
  /** What of it is locked as a bond, as far as is known. */
  bond: { readonly homeChainId: number; readonly token: Address; readonly amount: bigint } | undefined
  /** Its place in line among its rivals: see `isItsTurn`. */
  turn: { readonly what: string; readonly dueAt: number } | undefined
}

/** What the agent's transactions on the chains of a home came to. */
export type Spending = {
  /** In a row: sent, paid for, and undone. */
  failures: number
  /** By the agent's clock in milliseconds: nothing new is begun there until then. */
  restUntil: number
  /** The same for what is the agent's own: it must hand in and answer in time, whoever makes its claims fail. */
  ownRestUntil: number
}

/** Deposits in a coin on a chain, in base units. */
export type PutIn = {
  /** All that this process put in. */
  put: bigint
  /** Bonds of assignments of its own that ended since, however they did: as much may be put in again. */
  ended: bigint
}

/** All of a running agent. */
export type AgentState = {
  readonly client: Client
  readonly account: Account
  /** Where it acts, when not at each task's home. */
  readonly chainId: number | undefined
  readonly policy: AgentPolicy
  readonly handlers: ReadonlyMap<string, TaskHandler>
  readonly content: ContentStore
  readonly notes: Notes
  readonly board: TaskBoard
  readonly held: Map<string, Held>
  readonly specs: Map<Hex, TaskSpec>
  /** Documents that it agreed to, by charter. */
  readonly agreed: Map<Hex, CharterDocument[]>
  readonly counters: Map<AgentCounter, number>
  readonly now: () => number
  readonly log: (entry: AgentLogEntry) => void
  /** Transactions under way. */
  readonly acting: Set<Promise<void>>
  /** Where credits may wait. */
  readonly due: Map<string, { readonly chainId: number; readonly token: Address }>
  /** Has the loop of a home look at once. */
  wake: (homeChainId: number) => void
  /** The homes whose tasks it takes. */
  readonly homes: readonly number[]
  /** Whether it was told that a home is unread. */
  isWaiting: boolean
  /** Nothing more is claimed. */
  isLeaving: boolean
  /** Nothing more is worked on. */
  isStopping: boolean
  /** Deposits on a chain are looked up and made one after the other. */
  readonly depositing: Map<number, Promise<unknown>>
  /** What transactions came to, by home. */
  readonly spending: Map<number, Spending>
  /** Deposits, by `chainId/token`. */
  readonly putIn: Map<string, PutIn>
  /** Absolute seconds until which the registry says that it lives. */
  aliveUntil: number
}

/** Who the agent is for tasks of a home: its account on the chain where it acts. */
export function meAt({ chainId, account }: Pick<AgentState, 'chainId' | 'account'>, homeChainId: number): Actor {
  return { chainId: chainId ?? homeChainId, account: account.address }
}

/** Whether the agent is a task's worker of record, or leads its auction. */
export function isMine(state: Pick<AgentState, 'chainId' | 'account'>, { homeChainId, view }: TaskOnBoard): boolean {
  const me = meAt(state, homeChainId)
  return view.worker?.chainId === me.chainId && view.worker.account.toLowerCase() === me.account.toLowerCase()
}

/** What the agent has to do with a task, from the first touch on. */
export function heldOf(state: AgentState, key: string): Held {
  const known = state.held.get(key)
  if (known !== undefined) return known
  const blank = {
    claim: undefined,
    granted: undefined,
    work: undefined,
    isActing: false,
    isDoubting: false,
    failures: 0,
    restUntil: 0,
    workFailures: 0,
    workRestUntil: 0,
    unwanted: undefined,
    wasMine: false,
    silentSince: undefined,
    turn: undefined,
    bond: undefined,
  }
  const held: Held = { key, ...blank, results: new Map(), sent: new Map() }
  state.held.set(key, held)
  return held
}

/** The home of a task by its name on the board, or of what is collected there. */
export function homeOf(key: string): number {
  return Number(key.replace(/^[a-z]+\//, '').split('/')[0])
}

/** Counts. */
export function count(state: AgentState, counter: AgentCounter, by = 1): void {
  state.counters.set(counter, (state.counters.get(counter) ?? 0) + by)
}

/** Writes a line of the log. */
export function tell(
  state: AgentState,
  { level = 'info', event, ...fields }: { level?: AgentLogEntry['level']; event: string } & Record<string, unknown>,
): void {
  state.log({ at: state.now(), level, event, fields })
}

/** What went wrong. */
export type Trouble = { readonly event: string; readonly error: unknown }

/** Notes trouble with a task, which is left alone for twice as long each time: up to half a minute, or few seconds where a deadline runs. */
export function troubled(state: AgentState, held: Held, trouble: Trouble): void {
  held.failures += 1
  held.restUntil = state.now() + restAfter(held.failures, held.wasMine ? 4_000 : 30_000)
  tellTrouble(state, held, trouble)
}

/** Notes that a handler threw. It rests for longer each time; the agent does not. */
export function workTroubled(state: AgentState, held: Held, trouble: Trouble): void {
  held.workFailures += 1
  held.workRestUntil = state.now() + restAfter(held.workFailures, 30_000)
  tellTrouble(state, held, trouble)
}

function restAfter(failures: number, mostMs: number): number {
  return Math.min(250 * 2 ** failures, mostMs)
}

function tellTrouble(state: AgentState, held: Held, { event, error }: Trouble): void {
  count(state, 'troubles')
  tell(state, { level: 'warn', event, task: held.key, error: messageOf(error) })
}
