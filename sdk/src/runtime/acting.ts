import type { Address, Hex } from 'viem'
import { getTransactionReceipt } from 'viem/actions'
import { getPayout } from '../agent/getPayout.ts'
import { clientOf } from '../client.ts'
import { alive } from '../task/alive.ts'
import { award } from '../task/award.ts'
import { getCredit } from '../task/getCredit.ts'
import { getWork } from '../task/getWork.ts'
import { giveUp } from '../task/giveUp.ts'
import { resolve } from '../task/resolve.ts'
import { settle } from '../task/settle.ts'
import { submit } from '../task/submit.ts'
import { withdraw } from '../task/withdraw.ts'
import { type AgentState, count, type Held, heldOf, homeOf, isMine, meAt, tell, troubled } from './agentState.ts'
import { boardKey, type TaskOnBoard } from './board.ts'
import { nextStep, type WorkerStep } from './nextStep.ts'
import { isSpent, noteBond, noteSpending, sentMark } from './spending.ts'
import { resultOf, startWork } from './working.ts'

/** Milliseconds after which a request through a portal is looked for: a reorganisation may have swallowed it. */
const portalPatienceMs = 8_000
/** Seconds that watchers have to trigger what anyone may, before the agent does. */
const selfHelpSeconds = 3

/** Whether something may be sent about a task now: nothing else is under way, it does not rest after a failure, and its home has not cost too much. */
export function mayAct(state: AgentState, { key, isActing, restUntil, wasMine }: Held): boolean {
  return !isActing && state.now() >= restUntil && !isSpent(state, homeOf(key), { isOwn: wasMine })
}

/** Runs something about a task beside the loop, one thing at a time. What it throws is noted, and tried again later. */
export function act(state: AgentState, held: Held, { event, run }: { readonly event: string; readonly run: () => Promise<void> }): void {
  if (!mayAct(state, held)) return
  const homeChainId = homeOf(held.key)
  held.isActing = true
  const mark = sentMark(state, homeChainId)
  const acting = run()
    .then(() => {
      held.failures = 0
      noteSpending(state, { homeChainId, mark, isGood: true })
      return state.board.refresh(held.key)
    })
    .then(() => undefined)
    .catch(async (error: unknown) => {
      noteSpending(state, { homeChainId, mark, isGood: false })
      troubled(state, held, { event, error })
      await state.board.refresh(held.key).catch(() => undefined)
    })
    .finally(() => {
      held.isActing = false
      held.isDoubting = false
      state.acting.delete(acting)
      state.wake(homeChainId)
    })
  state.acting.add(acting)
}

/** Does what is next about a task that is the agent's own. */
export async function serve(state: AgentState, task: TaskOnBoard): Promise<void> {
  const held = heldOf(state, boardKey(task))
  // What went wrong before it was the agent's holds nothing up now.
  if (!held.wasMine) Object.assign(held, { wasMine: true, failures: 0, restUntil: 0 })
  const { view, terms, homeChainId } = task
  const deliverable = await resultOf(state, held, view.revisions)
  const now = state.board.clock(homeChainId)
  const step = nextStep({ view, terms, now, isDone: deliverable !== undefined, patience: selfHelpSeconds })
  if (step === 'work') return startTheWork(state, task, held)
  // Whoever answers a doubt works on.
  if (step === 'alive') startWork(state, task)
  if (step !== undefined) act(state, held, { event: `${step}.failed`, run: () => take({ state, task, held, step, deliverable }) })
}

/** A handler that failed too often will not do it; the task is given back while that costs least. */
function startTheWork(state: AgentState, task: TaskOnBoard, held: Held): void {
  const isHopeless = held.work === undefined && held.workFailures > (state.policy.retries ?? 2)
  if (!isHopeless) startWork(state, task)
  // Given up is given up for the account that works at home; and what was delivered before a revision stands by itself.
  const mayGiveUp = meAt(state, task.homeChainId).chainId === task.homeChainId && task.view.revisions === 0
  if (!isHopeless || !mayGiveUp) return
  act(state, held, {
    event: 'giveUp.failed',
    run: async () => {
      await giveUp.sync(state.client, { chainId: task.homeChainId, terms: task.terms, account: state.account })
      count(state, 'givenUp')
      held.unwanted = 'failed'
      tell(state, { level: 'warn', event: 'givenUp', task: held.key })
    },
  })
}

type Taking = {
  readonly state: AgentState
  readonly task: TaskOnBoard
  readonly held: Held
  readonly step: WorkerStep
  readonly deliverable: Hex | undefined
}

async function take({ state, task, held, step, deliverable }: Taking): Promise<void> {
  const { client, account } = state
  const { homeChainId: chainId, taskId, terms } = task
  if (step === 'submit' && deliverable !== undefined) return handIn({ state, task, held, deliverable })
  if (step === 'alive') {
    await alive.sync(client, { chainId, taskId, account })
    count(state, 'doubtsAnswered')
    // The bond of the doubt waits as a credit.
    state.due.set(`${chainId}/${terms.token}`, { chainId, token: terms.token })
  } else if (step === 'award') await award.sync(client, { chainId, terms, account })
  else {
    const { value: work } = await getWork(client, { chainId, taskId })
    if (work === undefined) return
    await (step === 'settle' ? settle : resolve).sync(client, { chainId, terms, work, account })
  }
  tell(state, { event: step, task: held.key })
}

type HandIn = { readonly state: AgentState; readonly task: TaskOnBoard; readonly held: Held; readonly deliverable: Hex }

async function handIn({ state, task, held, deliverable }: HandIn): Promise<void> {
  const { homeChainId, taskId, view } = task
  const { chainId } = meAt(state, homeChainId)
  const { token } = view
  const isSent = await sendOnce(state, held, {
    name: `submit/${token}`,
    chainId,
    isAnsweredAtOnce: chainId === homeChainId,
    send: async () =>
      (await submit.sync(state.client, { chainId, homeChainId, taskId, token, deliverable, account: state.account })).receipt
        .transactionHash,
  })
  if (!isSent) return
  count(state, 'submitted')
  tell(state, { event: 'submitted', task: held.key, token, deliverable })
}

type Sending = {
  readonly name: string
  readonly chainId: number
  readonly isAnsweredAtOnce: boolean
  readonly send: () => Promise<Hex>
}

/** Sends, and through a portal not again while home may still answer; unless a reorganisation swallowed it. Whether it sent. */
export async function sendOnce(state: AgentState, held: Held, { name, chainId, isAnsweredAtOnce, send }: Sending): Promise<boolean> {
  const before = held.sent.get(name)
  if (before !== undefined && !isAnsweredAtOnce) {
    if (state.now() - before.at < portalPatienceMs) return false
    if (await isInChain(state, { chainId, hash: before.hash })) {
      held.sent.set(name, { ...before, at: state.now() })
      return false
    }
  }
  const hash = await send()
  held.sent.set(name, { hash, at: state.now() })
  return true
}

async function isInChain({ client }: AgentState, { chainId, hash }: { readonly chainId: number; readonly hash: Hex }): Promise<boolean> {
  return getTransactionReceipt(clientOf(client, chainId), { hash }).then(
    () => true,
    () => false,
  )
}

/** Takes out what waits for the account because a payment to it failed, or because a doubt was answered. */
export async function collect(state: AgentState, { chainId, token }: { readonly chainId: number; readonly token: Address }): Promise<void> {
  const { client, account } = state
  const { value: amount } = await getCredit(client, { chainId, account: account.address, token })
  if (amount === 0n) return
  const { value: to } = await getPayout(client, { chainId, account: account.address })
  await withdraw.sync(client, { chainId, token, to, account })
  count(state, 'collected')
  tell(state, { event: 'collected', chainId, token, amount })
}

/** Tells that a task which was the agent's is so no more, before it was over. */
export function noteLoss(state: AgentState, task: TaskOnBoard): void {
  const held = state.held.get(boardKey(task))
  if (held === undefined) return
  noteBond(state, held, task)
  if (!held.wasMine || isMine(state, task)) return
  held.wasMine = false
  count(state, 'lapsed')
  tell(state, { level: 'warn', event: 'lost', task: held.key, state: task.view.state })
}
