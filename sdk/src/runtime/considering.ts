import { isAddressEqual, zeroHash } from 'viem'
import type { CharterDocument } from '../charter/document.ts'
import { getCharter } from '../charter/getCharter.ts'
import { getDocument } from '../charter/getDocument.ts'
import { requireTermsUnder } from '../charter/requireTermsUnder.ts'
import { SpecInvalidError } from '../errors/agent.ts'
import { CharterMismatchError } from '../errors/charter.ts'
import { isAuction } from '../task/terms.ts'
import { type AgentState, type Held, heldOf, isMine, meAt, tell, troubled } from './agentState.ts'
import { boardKey, type TaskOnBoard } from './board.ts'
import { isLapsed, isOwnDoubt, liveCount, lockedBonds, sendClaim, sendDoubt, sendLapse, shareNow } from './claiming.ts'
import { type FollowedCharter, screenTerms, shareFor, type TaskOffer, type Unwanted } from './policy.ts'
import { isItsTurn, leaveLines } from './rank.ts'
import { specOf } from './working.ts'

/** Tasks that are weighed at a time. */
const atOnce = 32

/** Milliseconds until a task is looked at again whose charter the agent did not agree to. */
const charterRestMs = 30_000

/** Reasons that no time changes: such a task is not looked at again. */
const forGood: readonly Unwanted[] = ['ownTask', 'notAdmitted', 'hireOnly', 'tooLate', 'token', 'bond', 'evaluator', 'spec', 'capability']

/** A task that the agent wants, for at least a share, and what it gains by what it pays. */
type Wanted = { readonly task: TaskOnBoard; readonly share: number; readonly gain: bigint; readonly isDoubted?: boolean }

/** Looks through all tasks of a home that may be had, and claims those that pay best, as many as it may hold. */
export async function consider(state: AgentState, homeChainId: number): Promise<void> {
  const { concurrency = 1 } = state.policy
  const isFull = liveCount(state) >= concurrency
  if (isFull) leaveLines(state, homeChainId)
  // Room for what it doubts is kept.
  const mayTake = (task: TaskOnBoard) => task.homeChainId === homeChainId && (!isFull || isOwnDoubt(state, task)) && mayBeHad(state, task)
  const candidates = [...state.board.tasks.values()].filter(mayTake)
  for (let at = 0; at < candidates.length; at += atOnce) {
    const weighed = await Promise.all(candidates.slice(at, at + atOnce).map((task) => weigh(state, task)))
    const wanted = weighed.filter((one) => one !== undefined).sort(byWorth)
    for (const one of wanted) {
      if (state.isLeaving || (liveCount(state) >= concurrency && !isOwnDoubt(state, one.task))) return
      if (hasStake(state, one.task)) takeUp(state, one)
    }
  }
}

/** What can be had before what may be had once somebody does not answer; then what pays more. */
function byWorth(one: Wanted, other: Wanted): number {
  const doubt = Number(one.isDoubted ?? false) - Number(other.isDoubted ?? false)
  return doubt === 0 ? Number(other.gain > one.gain) - Number(one.gain > other.gain) : doubt
}

/** Claims, or does first what a claim needs: doubts a worker, ends an assignment whose deadline passed. */
function takeUp(state: AgentState, { task, share, isDoubted = false }: Wanted): void {
  if (isDoubted) sendDoubt(state, task)
  else if (isLapsed(state, task)) sendLapse(state, { task, share })
  else sendClaim(state, { task, share })
}

function mayBeHad(state: AgentState, task: TaskOnBoard): boolean {
  const held = heldOf(state, boardKey(task))
  if (held.claim !== undefined || held.isActing || state.now() < held.restUntil) return false
  if (forGood.some((reason) => reason === held.unwanted) || held.unwanted === 'failed') return false
  const { view, terms, homeChainId } = task
  if (view.state === 'Open') return true
  if (isMine(state, task)) return false
  if (view.state === 'Proposed') return state.board.clock(homeChainId) <= view.steppedAt + terms.challengeWindow
  const mayLapse = (state.policy.mayLapse ?? true) && isLapsed(state, task)
  return view.revisions === 0 && (mayLapse || isDoubtable(state, task))
}

/** Whether anyone may doubt its worker now, and the agent might. */
function isDoubtable({ policy, board }: AgentState, { homeChainId, view, terms }: TaskOnBoard): boolean {
  const { state, suspicion, workDeadline = 0 } = view
  const mayBe = state === 'Assigned' && suspicion === undefined && terms.suspectBond > 0n
  return mayBe && policy.doubts !== undefined && board.clock(homeChainId) <= workDeadline
}

/** Whether the stake that the policy sets has room for one more bond. */
function hasStake(state: AgentState, { homeChainId, terms }: TaskOnBoard): boolean {
  const { token, workerBond } = terms
  const stake = state.policy.stakes.find((one) => one.token.toLowerCase() === token.toLowerCase())
  return stake !== undefined && lockedBonds(state, { homeChainId, token }) + workerBond <= stake.bonds
}

async function weigh(state: AgentState, task: TaskOnBoard): Promise<Wanted | undefined> {
  const held = heldOf(state, boardKey(task))
  try {
    const found = await judge(state, task, held)
    if (typeof found !== 'string') {
      held.unwanted = undefined
      return found
    }
    if (held.unwanted !== found) tell(state, { level: 'debug', event: 'unwanted', task: held.key, reason: found })
    held.unwanted = found
    // Whoever is asked about a charter is not asked at every look.
    if (found === 'charter') held.restUntil = state.now() + charterRestMs
  } catch (error) {
    troubled(state, held, { event: 'weigh.failed', error })
  }
  return undefined
}

/** What the agent would take the task for, or why it does not; undefined when its turn has not come. */
async function judge(state: AgentState, task: TaskOnBoard, held: Held): Promise<Wanted | Unwanted | undefined> {
  const { homeChainId, taskId, terms, view } = task
  const me = meAt(state, homeChainId)
  const { policy } = state
  // Bids are the account's own at home.
  if (isAuction(terms) && me.chainId !== homeChainId) return 'notAdmitted'
  const document = terms.charter === zeroHash ? undefined : await agreedDocument(state, task)
  const reason = screenTerms({ homeChainId, terms, me, policy, now: state.board.clock(homeChainId), document })
  if (reason !== undefined) return reason
  const spec = await readSpec(state, task, held)
  if (typeof spec === 'string') return spec
  if (!state.handlers.has(spec.capability)) return 'capability'
  const share = await shareNow(state, task)
  if (share === undefined) return 'policy'
  const offer: TaskOffer = { homeChainId, taskId, terms, view, spec, share, price: (terms.reward * BigInt(share)) / 10_000n }
  const cost = policy.cost === undefined ? 0n : await policy.cost(offer)
  const least = cost === undefined ? undefined : shareFor(cost, terms.reward)
  if (cost === undefined || least === undefined || least > share) return 'price'
  if (view.state === 'Assigned' && !isLapsed(state, task)) {
    const isDoubted = await doubts(state, { task, held, offer })
    return isDoubted ? { task, share: least, gain: offer.price - cost, isDoubted } : undefined
  }
  if (!(await mayTakeNow(state, { task, held, offer }))) return undefined
  // A bid asks for what the work costs; a claim takes what is paid, and not less than it costs if the price moves.
  return { task, share: least, gain: offer.price - cost }
}

async function readSpec(state: AgentState, task: TaskOnBoard, held: Held) {
  try {
    return await specOf(state, task.terms.specHash)
  } catch (error) {
    if (error instanceof SpecInvalidError) return 'spec'
    // It may still come.
    troubled(state, held, { event: 'spec.missing', error })
    return 'specMissing'
  }
}

type Candidate = { readonly task: TaskOnBoard; readonly held: Held; readonly offer: TaskOffer }

/** Whether the agent doubts that the worker lives, and it is its turn among its rivals: one doubt is enough. */
async function doubts(state: AgentState, { task, held, offer }: Candidate): Promise<boolean> {
  const { worker, steppedAt } = task.view
  if (worker === undefined) return false
  const heldSeconds = state.board.clock(task.homeChainId) - steppedAt
  if (!(await state.policy.doubts?.({ ...offer, worker, heldSeconds }))) {
    held.silentSince = undefined
    return false
  }
  held.silentSince ??= state.now()
  return isItsTurn(state, { task, held, offer, what: `doubt ${held.silentSince}`, now: state.now() / 1_000 })
}

/** Blocks that whoever doubted has before all others: it put up the bond, and has room for the task. */
const headStart = 2

/** Whether its turn among its rivals has come. */
async function mayTakeNow(state: AgentState, { task, held, offer }: Candidate): Promise<boolean> {
  const { state: stage, suspicion, steppedAt } = task.view
  if (stage === 'Proposed' || (suspicion !== undefined && isAddressEqual(suspicion.by, state.account.address))) return true
  const [now, ahead] = [state.board.clock(task.homeChainId), suspicion === undefined ? 0 : headStart]
  return isItsTurn(state, { task, held, offer, what: `${stage} ${steppedAt} ${ahead}`, now, ahead })
}

/** The rules of a task's charter, when the agent agreed to them or does now; undefined when it does not. */
async function agreedDocument(state: AgentState, { homeChainId, terms }: TaskOnBoard): Promise<CharterDocument | undefined> {
  const { charter: charterId, epoch } = terms
  const followed = state.policy.charters?.find((one) => one.charterId === charterId)
  if (followed === undefined) return undefined
  const agreed = state.agreed.get(charterId) ?? [followed.document]
  state.agreed.set(charterId, agreed)
  for (const document of agreed) if (await isUnder(state, { homeChainId, terms, document })) return document
  const next = await documentOfEpoch(state, { homeChainId, charterId, epoch })
  if (next === undefined || agreed.includes(next)) return undefined
  const isGood = await heedAmendment(state, followed, { next, epoch })
  if (!isGood || !(await isUnder(state, { homeChainId, terms, document: next }))) return undefined
  agreed.push(next)
  return next
}

type Under = Pick<TaskOnBoard, 'homeChainId' | 'terms'> & { readonly document: CharterDocument }

/** Whether terms are under these rules. Throws when they break them. */
async function isUnder({ client }: AgentState, { homeChainId, terms, document }: Under): Promise<boolean> {
  try {
    await requireTermsUnder(client, { chainId: homeChainId, terms, document })
    return true
  } catch (error) {
    if (error instanceof CharterMismatchError) return false
    throw error
  }
}

type Epoch = { readonly homeChainId: number; readonly charterId: FollowedCharter['charterId']; readonly epoch: number }

async function documentOfEpoch({ client }: AgentState, { homeChainId, charterId, epoch }: Epoch): Promise<CharterDocument | undefined> {
  const { value: view } = await getCharter(client, { chainId: homeChainId, charterId, epoch })
  if (view === undefined) return undefined
  return (await getDocument(client, { chainId: view.homeChainId, charterId, epoch })).value
}

async function heedAmendment(
  state: AgentState,
  { charterId, accepts }: FollowedCharter,
  { next, epoch }: { readonly next: CharterDocument; readonly epoch: number },
): Promise<boolean> {
  const isAccepted = (await accepts?.(next, epoch)) ?? false
  tell(state, { level: isAccepted ? 'info' : 'warn', event: 'charter.amended', charterId, epoch, isAccepted })
  return isAccepted
}
