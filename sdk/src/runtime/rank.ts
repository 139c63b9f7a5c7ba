import type { Address } from 'viem'
import { rankOf } from '../task/rank.ts'
import { type AgentState, type Held, homeOf } from './agentState.ts'
import type { TaskBoard, TaskOnBoard } from './board.ts'
import { isBinding } from './nextStep.ts'
import type { TaskOffer } from './policy.ts'

/** What the rank of an agent depends on. */
export type Ranker = Pick<AgentState, 'account' | 'policy'> & { readonly board: Pick<TaskBoard, 'tasks' | 'blockSeconds'> }

type Turn = {
  readonly task: TaskOnBoard
  readonly held: Pick<Held, 'turn'>
  readonly offer: TaskOffer
  /** What there is to take: with it, the agent gets in line anew. */
  readonly what: string
  /** Seconds by whatever clock. */
  readonly now: number
  /** Ranks that somebody else has before all others. */
  readonly ahead?: number
}

/**
 * Whether the agent's turn has come: as many blocks after it first looked as rivals come before it. When one of those becomes busy, whoever is behind
 * moves up from then on, not from the first look: counted from that, two would be due at once. A turn that is due stays so.
 */
export async function isItsTurn(state: Ranker, { task, held, offer, what, now, ahead = 0 }: Turn): Promise<boolean> {
  const wait = (ahead + (await rankAmong(state, task, offer))) * rankSecondsOf(state, task.homeChainId)
  const before = held.turn?.what === what ? held.turn.dueAt : Number.POSITIVE_INFINITY
  const dueAt = Math.min(before, now + wait)
  held.turn = { what, dueAt }
  return now >= dueAt
}

/** Gets out of all lines: whoever has no room counts as busy, and comes back as one more. */
export function leaveLines({ held }: AgentState, homeChainId: number): void {
  for (const one of held.values()) if (homeOf(one.key) === homeChainId) one.turn = undefined
}

/** Seconds for which each rank has the task alone. */
function rankSecondsOf({ policy, board }: Ranker, homeChainId: number): number {
  return policy.rankSeconds ?? board.blockSeconds(homeChainId)
}

/** How many rivals come before the agent: those that hold nothing before those that do, and not the worker whose task it is about. */
async function rankAmong(state: Ranker, { taskId, seed, view }: TaskOnBoard, offer: TaskOffer): Promise<number> {
  const { policy, account, board } = state
  const agents = (await policy.rivals?.(offer)) ?? []
  if (agents.length === 0) return 0
  const holding = [...board.tasks.values()].flatMap((other) =>
    isBinding(other.view) ? (other.view.worker?.account.toLowerCase() ?? []) : [],
  )
  const isBusy = (one: Address) => holding.includes(lower(one))
  const others = agents.filter((one) => view.worker === undefined || lower(one) !== lower(view.worker.account))
  const [idle, busy] = [others.filter((one) => !isBusy(one)), others.filter(isBusy)]
  const rank = (among: readonly Address[]) => rankOf({ taskId, seed, agents: among, account: account.address })
  return isBusy(account.address) ? idle.length + rank(busy) : rank(idle)
}

function lower(address: Address): string {
  return address.toLowerCase()
}
