import { type Address, isAddressEqual } from 'viem'
import { StakeSpentError } from '../errors/agent.ts'
import { type AgentState, type Held, isMine, meAt, type PutIn, type Spending } from './agentState.ts'
import type { TaskOnBoard } from './board.ts'
import { isBonded } from './nextStep.ts'

// A node may say anything. What the agent itself signed it cannot make undone, so that is counted here.

/** Transactions in a row that a chain may undo before all of the agent's there rests: races are lost like that, too. */
const freeFailures = 6
/** How long the first rest is, in milliseconds; each further failure doubles it. */
const firstRestMs = 15_000
/** The longest, in milliseconds. */
const longestRestMs = 6 * 3_600_000

function spendingOf(state: AgentState, homeChainId: number): Spending {
  const known = state.spending.get(homeChainId) ?? { failures: 0, restUntil: 0, ownRestUntil: 0 }
  state.spending.set(homeChainId, known)
  return known
}

/** Whether nothing may be sent for tasks of a home, because what was sent came to nothing too often. */
export function isSpent(state: AgentState, homeChainId: number, { isOwn = false } = {}): boolean {
  const { restUntil, ownRestUntil } = spendingOf(state, homeChainId)
  return state.now() < (isOwn ? ownRestUntil : restUntil)
}

/** The last transactions that left for a home, to see later whether one did since. */
export function sentMark(state: AgentState, homeChainId: number): string {
  const { client, account } = state
  const lastOn = (chainId: number) => client.sent.get(`${chainId}:${account.address}`)?.at(-1)
  return `${lastOn(homeChainId)} ${lastOn(meAt(state, homeChainId).chainId)}`
}

type Spent = { readonly homeChainId: number; readonly mark: string; readonly isGood: boolean }

/** Counts what something came to, when it sent anything. What is refused before it is sent costs nothing. */
export function noteSpending(state: AgentState, { homeChainId, mark, isGood }: Spent): void {
  if (mark === sentMark(state, homeChainId)) return
  const spending = spendingOf(state, homeChainId)
  spending.failures = isGood ? 0 : spending.failures + 1
  const over = spending.failures - freeFailures
  if (over <= 0) return
  spending.restUntil = state.now() + Math.min(firstRestMs * 2 ** (over - 1), longestRestMs)
  spending.ownRestUntil = state.now() + firstRestMs
}

type Coin = { readonly homeChainId: number; readonly token: Address }

function putInOf(state: AgentState, { homeChainId, token }: Coin): PutIn {
  const name = `${homeChainId}/${token.toLowerCase()}`
  const known = state.putIn.get(name) ?? { put: 0n, ended: 0n }
  state.putIn.set(name, known)
  return known
}

/**
 * Whether so much more may be put in: all that lies there of what this process put in must be within the stake, whatever a node says of it.
 *
 * @throws StakeSpentError when not.
 */
export function requireStake(state: AgentState, { amount, ...coin }: Coin & { readonly amount: bigint }): void {
  const { put, ended } = putInOf(state, coin)
  const limit = state.policy.stakes.find(({ token }) => isAddressEqual(token, coin.token))?.bonds ?? 0n
  if (put - ended + amount > limit)
    throw new StakeSpentError({ chainId: coin.homeChainId, token: coin.token, put: put - ended, amount, limit })
}

/** Notes that a deposit is on its way: whatever becomes of it, it may arrive. */
export function notePutIn(state: AgentState, { amount, ...coin }: Coin & { readonly amount: bigint }): void {
  putInOf(state, coin).put += amount
}

/** Notes of an assignment that is or was the agent's whether its bond is still locked. */
export function noteBond(state: AgentState, held: Held, task: TaskOnBoard): void {
  if (isMine(state, task) && isBonded(task.view))
    held.bond = { homeChainId: task.homeChainId, token: task.terms.token, amount: task.terms.workerBond }
  else noteBondOver(state, held)
}

/** Notes that the bond of an assignment is locked no more. */
export function noteBondOver(state: AgentState, held: Held): void {
  if (held.bond === undefined) return
  putInOf(state, held.bond).ended += held.bond.amount
  held.bond = undefined
}
