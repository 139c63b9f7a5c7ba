import { type Account, isAddressEqual, zeroAddress } from 'viem'
import type { Client } from '../client.ts'
import type { ContentStore } from '../content/store.ts'
import { messageOf } from '../errors/base.ts'
import { AccountMissingError } from '../errors/client.ts'
import { memoryNotes, type Notes } from '../notes/notes.ts'
import { decide } from '../task/decide.ts'
import { revise } from '../task/revise.ts'
import { decodeSpec, type TaskSpec } from '../task/spec.ts'
import type { Work } from '../task/work.ts'
import type { AgentLogEntry } from './agentState.ts'
import { boardKey, createBoard, type TaskOnBoard } from './board.ts'
import { createLoop, joinLoops, type Loop, type Pace } from './loop.ts'

/** Work that an evaluator judges. */
export type Review = TaskOnBoard & { readonly spec: TaskSpec; readonly work: Work; readonly body: Uint8Array }

/** A verdict in basis points of the price, or the wish for a revision. */
export type Judgement = number | 'revise'

/** What `createEvaluator` takes. */
export type CreateEvaluatorParameters = Pace & {
  readonly client: Client
  /** Default: the client's. */
  readonly account?: Account
  readonly content: ContentStore
  /** Judges work. One that throws is asked again until the review ends. */
  readonly judge: (review: Review) => Judgement | Promise<Judgement>
  /** What it keeps for its next start: a judgement is made once. Default: memory. */
  readonly notes?: Notes
  /** Default: all chains of the client. */
  readonly homeChainIds?: readonly number[]
  readonly log?: (entry: AgentLogEntry) => void
  /** Milliseconds. Default: the client's clock. */
  readonly now?: () => number
}

type Evaluating = Required<Pick<CreateEvaluatorParameters, 'client' | 'account' | 'content' | 'judge' | 'notes'>> & {
  readonly tell: (level: AgentLogEntry['level'], event: string, fields: Readonly<Record<string, unknown>>) => void
  /** Until when a review rests that gave trouble, in milliseconds. */
  readonly resting: Map<string, number>
  readonly now: () => number
}

/** Milliseconds for which a review rests that gave trouble. */
const restMs = 2_000

/**
 * An evaluator that runs by itself: judges all work that names its account, each once. Work whose body it cannot fetch by the middle of the review is
 * worth nothing to anybody, and it says so while its word still counts: silence would pay for it.
 *
 * @throws AccountMissingError.
 * @example
 * ```ts
 * import { createEvaluator } from '@hanse/sdk/runtime'
 *
 * const evaluator = createEvaluator({ client, content, judge: async ({ body }) => (body.length > 0 ? 10_000 : 0) })
 * await evaluator.start()
 * ```
 */
export function createEvaluator(parameters: CreateEvaluatorParameters): Loop {
  const { client, content, judge, notes = memoryNotes(), now = client.now, log = () => {}, pollMs = client.pollingIntervalMs } = parameters
  const account = parameters.account ?? client.account
  if (account === undefined) throw new AccountMissingError('createEvaluator')
  const tell: Evaluating['tell'] = (level, event, fields) => log({ at: now(), level, event, fields })
  const onTrouble = (error: unknown) => tell('warn', 'read.failed', { error: String(error) })
  const chainIds = parameters.homeChainIds ?? [...client.chains.keys()]
  const board = createBoard({ client, chainIds, onTrouble })
  const evaluating: Evaluating = { client, account, content, judge, notes, now, tell, resting: new Map() }
  const lookAt = async (chainId: number) => {
    await board.look(chainId)
    const clock = board.clock(chainId)
    const due = [...board.tasks.values()].filter((task) => task.homeChainId === chainId && isDue(evaluating, task, clock))
    await Promise.all(due.map((task) => reviewOne(evaluating, { task, clock, refresh: board.refresh })))
  }
  return joinLoops(chainIds.map((chainId) => createLoop({ ...parameters, pollMs, look: () => lookAt(chainId), onTrouble })))
}

function isDue({ account, resting, now }: Evaluating, task: TaskOnBoard, clock: number): boolean {
  const { terms, view } = task
  const isOurs = view.state === 'Submitted' && isAddressEqual(terms.evaluator, account.address)
  return isOurs && clock <= view.steppedAt + terms.reviewWindow && now() >= (resting.get(boardKey(task)) ?? 0)
}

type Reviewing = { readonly task: TaskOnBoard; readonly clock: number; readonly refresh: (key: string) => Promise<unknown> }

async function reviewOne(evaluating: Evaluating, { task, clock, refresh }: Reviewing): Promise<void> {
  const key = boardKey(task)
  const { view, terms } = task
  if (view.worker === undefined || view.deliverable === undefined) return
  const work: Work = { worker: view.worker.account, token: view.token, deliverable: view.deliverable }
  try {
    const judgement = await judgementOf(evaluating, { task, work, isHalfOver: clock >= view.steppedAt + terms.reviewWindow / 2 })
    if (judgement === undefined) evaluating.resting.set(key, evaluating.now() + restMs)
    else await give(evaluating, { task, work, judgement })
  } catch (error) {
    evaluating.resting.set(key, evaluating.now() + restMs)
    evaluating.tell('warn', 'review.failed', { task: key, error: messageOf(error) })
  }
  await refresh(key)
}

type Judging = { readonly task: TaskOnBoard; readonly work: Work; readonly isHalfOver: boolean }

/** What was judged before, what the judge says, or nothing for what cannot be fetched; undefined while it may still come. */
async function judgementOf(evaluating: Evaluating, { task, work, isHalfOver }: Judging): Promise<Judgement | undefined> {
  const { notes, content, judge, tell } = evaluating
  const name = `verdict/${boardKey(task)}/${work.token}/${work.deliverable}`
  const kept = await notes.get(name)
  if (kept !== undefined) return kept === 'revise' ? kept : Number(kept)
  const bodies = await Promise.all([content.get(task.terms.specHash), content.get(work.deliverable)]).catch((error: unknown) => {
    tell('warn', 'body.missing', { task: boardKey(task), error: messageOf(error) })
    return undefined
  })
  if (bodies === undefined && !isHalfOver) return undefined
  const judgement = bodies === undefined ? 0 : await judge({ ...task, work, spec: decodeSpec(bodies[0]), body: bodies[1] })
  await notes.set(name, String(judgement))
  return judgement
}

type Giving = { readonly task: TaskOnBoard; readonly work: Work; readonly judgement: Judgement }

async function give({ client, account, tell }: Evaluating, { task, work, judgement }: Giving): Promise<void> {
  const { homeChainId: chainId, terms, view } = task
  const mayRevise = view.revisions < terms.maxRevisions
  if (judgement === 'revise' && mayRevise) {
    await revise.sync(client, { chainId, terms, work, account })
    return tell('info', 'revise', { task: boardKey(task), token: work.token })
  }
  // Where there is no arbitrator the floor is the least that may be said. Work that should be revised and cannot be gets as little.
  const least = isAddressEqual(terms.arbitrator, zeroAddress) ? terms.floor : 0
  const verdict = Math.max(judgement === 'revise' ? 0 : judgement, least)
  await decide.sync(client, { chainId, terms, work, verdict, account })
  tell('info', 'decided', { task: boardKey(task), token: work.token, verdict })
}
