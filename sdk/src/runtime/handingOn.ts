import type { Hex } from 'viem'
import { zeroHash } from 'viem'
import { messageOf } from '../errors/base.ts'
import { handoff } from '../task/handoff.ts'
import { signHandoff } from '../task/signHandoff.ts'
import type { Handoff } from '../task/typedData.ts'
import { type AgentState, count, heldOf, isMine, meAt, tell } from './agentState.ts'
import { boardKey, type TaskOnBoard } from './board.ts'
import { ensureBond, liveCount } from './claiming.ts'
import { screenTerms } from './policy.ts'
import { keptOf, specOf } from './working.ts'

/** An assignment that a worker wants to pass on. */
export type HandoffOffer = {
  readonly homeChainId: number
  readonly taskId: Hex
  /** The worker of record. */
  readonly from: Hex
  /** The fencing token of the assignment. */
  readonly token: number
  /** The body that holds what its work kept, in the content store that both read. */
  readonly context: Hex
  /** Absolute seconds: signatures count until then. */
  readonly expiry: number
}

/** A successor's consent. */
export type TakenOver = { readonly change: Handoff; readonly signatureTo: Hex }

/** Seconds that a hand-off may take. */
const handoffSeconds = 120
/** Rule of the terms under which the two workers suffice. */
const bothSuffice = 0

/** Offers every assignment to a successor, with what its work kept. What nobody takes stays. */
export async function handOn(state: AgentState, successor: (offer: HandoffOffer) => Promise<TakenOver | undefined>): Promise<void> {
  for (const task of [...state.board.tasks.values()]) {
    const isAtHome = meAt(state, task.homeChainId).chainId === task.homeChainId
    if (!isMine(state, task) || task.view.state !== 'Assigned' || !isAtHome || task.terms.handoffRule !== bothSuffice) continue
    try {
      await handOnOne(state, task, successor)
    } catch (error) {
      tell(state, {
        level: 'warn',
        event: 'handOn.failed',
        task: boardKey(task),
        error: messageOf(error),
      })
    }
  }
}

async function handOnOne(state: AgentState, task: TaskOnBoard, successor: Parameters<typeof handOn>[1]): Promise<void> {
  const { homeChainId, taskId, terms, view } = task
  const context = await state.content.put(new TextEncoder().encode(JSON.stringify(await keptOf(state, boardKey(task)))))
  const expiry = state.board.clock(homeChainId) + handoffSeconds
  const taken = await successor({ homeChainId, taskId, from: state.account.address, token: view.token, context, expiry })
  if (taken === undefined) return
  await handoff.sync(state.client, { chainId: homeChainId, terms, ...taken, account: state.account })
  count(state, 'handedOn')
  tell(state, { event: 'handedOn', task: boardKey(task), to: taken.change.to })
}

/** Agrees to take an assignment over, if the agent would have claimed the task too and has room; undefined when not. */
export async function takeOver(state: AgentState, offer: HandoffOffer): Promise<TakenOver | undefined> {
  const { homeChainId, taskId, from, token, context, expiry } = offer
  const key = boardKey({ homeChainId, taskId })
  await state.board.look()
  const task = state.board.tasks.get(key)
  if (task === undefined || task.view.state !== 'Assigned' || task.view.token !== token || state.isLeaving) return undefined
  const { concurrency = 1 } = state.policy
  const me = meAt(state, homeChainId)
  const { terms } = task
  const now = state.board.clock(homeChainId)
  // It is assigned already, so its `openUntil` does not matter; and under a charter only who agreed to it may be asked.
  const reason = screenTerms({ homeChainId, terms: { ...terms, openUntil: expiry + 60 }, me, policy: state.policy, now })
  const spec = await specOf(state, terms.specHash)
  const isFit = reason === undefined && me.chainId === homeChainId && terms.charter === zeroHash && state.handlers.has(spec.capability)
  if (!isFit || liveCount(state) >= concurrency || isPast(state, task)) return undefined
  await takeContext(state, { key, context })
  const held = heldOf(state, key)
  const note = { token, sentAt: state.now(), until: expiry, via: 'handoff' } as const
  held.claim = note
  await state.notes.set(`claim/${key}`, JSON.stringify(note))
  await ensureBond(state, { homeChainId, token: terms.token, bond: terms.workerBond })
  const change = { to: state.account.address, sponsor: state.account.address, token, expiry }
  const signatureTo = await signHandoff(state.client, { chainId: homeChainId, terms, from, change, account: state.account })
  count(state, 'takenOver')
  tell(state, { event: 'takenOver', task: key, from })
  return { change, signatureTo }
}

/** Whether its deadline is too near to be worth it. */
function isPast(state: AgentState, { homeChainId, view }: TaskOnBoard): boolean {
  return (view.workDeadline ?? 0) <= state.board.clock(homeChainId)
}

/** Takes what another's work kept as its own. */
async function takeContext(state: AgentState, { key, context }: { readonly key: string; readonly context: Hex }): Promise<void> {
  const kept: unknown = JSON.parse(new TextDecoder().decode(await state.content.get(context)))
  if (typeof kept !== 'object' || kept === null) return
  for (const [name, text] of Object.entries(kept)) {
    // Only what work keeps, and nothing that stood here before.
    const isName = /^\d+\/(checkpoint|deliverable|step\/.+)$/.test(name)
    if (isName && typeof text === 'string' && (await state.notes.get(`work/${key}/${name}`)) === undefined) {
      await state.notes.set(`work/${key}/${name}`, text)
    }
  }
}
