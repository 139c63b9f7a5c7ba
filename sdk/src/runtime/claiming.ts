import { type Address, type Hex, isAddressEqual, isHex, zeroAddress } from 'viem'
import { getTransactionCount, readContract, waitForTransactionReceipt } from 'viem/actions'
import { risingRewardAbi } from '../abis/risingReward.ts'
import { clientOf } from '../client.ts'
import { ClaimInterruptedError } from '../errors/agent.ts'
import { ReceiptTimeoutError, SendUnansweredError, TransactionReplacedError, toCallError } from '../errors/call.ts'
import { isRefusal } from '../errors/isRefusal.ts'
import { approve } from '../task/approve.ts'
import { claim } from '../task/claim.ts'
import { deposit } from '../task/deposit.ts'
import { getDeposit } from '../task/getDeposit.ts'
import { getSuspicionBond } from '../task/getSuspicion.ts'
import { getTask } from '../task/getTask.ts'
import { lapse } from '../task/lapse.ts'
import { propose } from '../task/propose.ts'
import { suspect } from '../task/suspect.ts'
import { isAuction } from '../task/terms.ts'
import { act, mayAct } from './acting.ts'
import { type AgentState, type ClaimNote, count, type Held, heldOf, homeOf, isMine, meAt, tell } from './agentState.ts'
import { boardKey, type TaskOnBoard } from './board.ts'
import { isBinding, isBonded } from './nextStep.ts'
import { notePutIn, requireStake } from './spending.ts'

/** Seconds after which home refuses a claim through a portal that is still under way. */
const claimSeconds = 60
/** Milliseconds for which a claim counts as under way though its node knows of no transaction. */
const claimPatienceMs = 5_000

/** Milliseconds after which a transaction that is in no block counts as lost. */
const receiptMs = 30_000

/** The longest rest after claims that home refused, in milliseconds. */
const longestRestMs = 600_000

/** Base units per task, and of what. */
type Bonded = { readonly homeChainId: number; readonly token: Address; readonly bond: bigint }

/** Tasks that bind the agent, claims under way included. */
export function liveCount(state: AgentState): number {
  const bound = new Set([...state.board.tasks.values()].filter((task) => isMine(state, task) && isBinding(task.view)).map(boardKey))
  // Whoever doubts has room for what it may have to take over, from the moment that it says so.
  for (const [key, { claim: note, isDoubting }] of state.held) if (note !== undefined || isDoubting) bound.add(key)
  for (const task of state.board.tasks.values()) if (isOwnDoubt(state, task)) bound.add(boardKey(task))
  return bound.size
}

/** Whether the agent doubts the worker of a task, and waits for its answer. */
export function isOwnDoubt({ account }: AgentState, { view: { suspicion, state } }: TaskOnBoard): boolean {
  return state === 'Assigned' && suspicion !== undefined && isAddressEqual(suspicion.by, account.address)
}

/** What is or may soon be locked as bonds on a chain, in base units of a token. */
export function lockedBonds(state: AgentState, { homeChainId, token }: Pick<Bonded, 'homeChainId' | 'token'>): bigint {
  const tasks = [...state.board.tasks.values()].filter((task) => task.homeChainId === homeChainId)
  return tasks
    .filter(({ terms }) => isAddressEqual(terms.token, token))
    .filter((task) => state.held.get(boardKey(task))?.claim !== undefined || (isMine(state, task) && isBonded(task.view)))
    .reduce((sum, { terms }) => sum + terms.workerBond, 0n)
}

/** How a claim goes out: at a share, or as a bid. */
export type ClaimPlan = { readonly task: TaskOnBoard; readonly share: number; readonly triedOn?: 'latest' | 'pending' }

/** Claims or bids. The note is made before anything is sent, so that no restart can forget that it may be bound. */
export function sendClaim(state: AgentState, { task, share }: ClaimPlan): void {
  const held = heldOf(state, boardKey(task))
  // A note of what is never sent would hold its place for nothing.
  if (!mayAct(state, held)) return
  act(state, held, { event: 'claim.refused', run: notedClaim(state, { task, share }) })
}

/** Notes a claim at once, so that nothing else is taken in its place, and gives what sends it. */
function notedClaim(state: AgentState, { task, share, triedOn = 'latest' }: ClaimPlan): () => Promise<void> {
  const { homeChainId, terms, view } = task
  const held = heldOf(state, boardKey(task))
  const me = meAt(state, homeChainId)
  const via = me.chainId === homeChainId ? 'home' : 'portal'
  // At home nothing but the end of the terms keeps a transaction that waits from being carried out.
  const until = via === 'home' ? terms.openUntil : Math.min(terms.openUntil, state.board.clock(homeChainId) + claimSeconds)
  const note: ClaimNote = { token: view.token, sentAt: state.now(), until, via }
  held.claim = note
  return async () => {
    try {
      await ensureBond(state, { homeChainId, token: terms.token, bond: terms.workerBond })
      const beforeSend = async (nonce: number) => {
        await requireAlone(state, { homeChainId, nonce })
        const noted = { ...note, nonce }
        held.claim = noted
        await state.notes.set(`claim/${held.key}`, JSON.stringify(noted))
      }
      await sendIt(state, { task, share, triedOn, until, beforeSend })
    } catch (error) {
      // Refused before it was sent, or failed in its block: it binds nobody. Of one that may still arrive, the note stays.
      if (!isUndecided(error)) await dropClaim(state, held, { isLost: true })
      throw error
    }
  }
}

type Alone = { readonly homeChainId: number; readonly nonce: number }

/**
 * Whether nobody else claims for this account, right before its transaction leaves. Of two starts of one agent, both with this nonce, one is refused
 * by the chain; what the other one sent before is seen here, in the pool or on the board.
 *
 * @throws ClaimInterruptedError when not.
 */
async function requireAlone(state: AgentState, { homeChainId, nonce }: Alone): Promise<void> {
  const { client, account, board, policy } = state
  const { chainId } = meAt(state, homeChainId)
  const latest = await sentBy(state, { chainId, blockTag: 'latest' })
  const own = client.sent.get(`${chainId}:${account.address}`) ?? []
  for (let waiting = latest; waiting < nonce; waiting++) {
    if (!own.includes(waiting))
      throw new ClaimInterruptedError({ account: account.address, fact: `its transaction ${waiting} is not ours` })
  }
  await board.look(homeChainId)
  const { concurrency = 1 } = policy
  const live = liveCount(state)
  if (live > concurrency) throw new ClaimInterruptedError({ account: account.address, fact: `it has ${live - 1} of ${concurrency} tasks` })
}

/** Whether a transaction was sent and may still get in: nobody knows what became of it, or what took its place is not permanent. */
function isUndecided(error: unknown): boolean {
  return [ReceiptTimeoutError, SendUnansweredError, TransactionReplacedError].some((kind) => error instanceof kind)
}

type Sending = ClaimPlan & { readonly until: number; readonly beforeSend: (nonce: number) => Promise<void> }

async function sendIt(state: AgentState, { task, share, triedOn = 'latest', until, beforeSend }: Sending): Promise<void> {
  const { client, account } = state
  const { homeChainId, terms, view } = task
  const sponsor = account.address
  const key = boardKey(task)
  if (isAuction(terms)) {
    const bid = { worker: account.address, sponsor, share, token: view.token + 1, expiry: terms.openUntil + terms.challengeWindow }
    count(state, 'bidsSent')
    tell(state, { event: 'bid', task: key, share })
    await propose.sync(client, { chainId: homeChainId, terms, bid, account, beforeSend })
    return
  }
  const { chainId } = meAt(state, homeChainId)
  count(state, 'claimsSent')
  tell(state, { event: 'claim', task: key, share, chainId })
  const claimed = { chainId, homeChainId, terms, sponsor, token: view.token, minShare: share, deadline: until, account }
  await claim.sync(client, { ...claimed, triedOn, beforeSend })
}

/** Forgets a claim that can no longer bind. */
export async function dropClaim(state: AgentState, held: Held, { isLost }: { readonly isLost: boolean }): Promise<void> {
  held.claim = undefined
  await state.notes.forget(`claim/${held.key}`)
  count(state, isLost ? 'claimsLost' : 'claimsWon')
}

/** Looks what became of a claim: granted, lost, too late, or still under way. */
export async function followClaim(state: AgentState, held: Held): Promise<void> {
  const { claim: note } = held
  if (note === undefined || held.isActing) return
  const task = state.board.tasks.get(held.key)
  // Over, or undone by a reorganisation: then it may come back with its claim, and the note stays until it cannot.
  const isDecided = task !== undefined && task.view.state !== 'Open' && (note.via !== 'handoff' || task.view.token !== note.token)
  if (isDecided) {
    const isGranted = isMine(state, task)
    if (isGranted) {
      held.failures = 0
      held.granted = note
      tell(state, { event: task.view.state === 'Proposed' ? 'leads' : 'assigned', task: held.key, token: task.view.token })
    }
    return dropClaim(state, held, { isLost: !isGranted })
  }
  const homeChainId = homeOf(held.key)
  const isTooLate = state.board.clock(homeChainId) > note.until
  if (isTooLate || (note.via !== 'handoff' && (await isNowhere(state, { note, homeChainId, taskId: taskIn(held.key) })))) {
    tell(state, { event: 'claim.gone', task: held.key })
    // Home refused it, or never heard of it: each further one costs gas, and rests for longer.
    if (isTooLate && note.via === 'portal') rest(state, held)
    await dropClaim(state, held, { isLost: true })
  }
}

/** The id of a task by its name on the board. */
function taskIn(key: string): Hex {
  const [, id = ''] = key.split('/')
  return isHex(id) ? id : '0x'
}

function rest(state: AgentState, held: Held): void {
  held.failures += 1
  held.restUntil = state.now() + Math.min(15_000 * 2 ** held.failures, longestRestMs)
}

/** How many transactions of the account a chain has, or has and waits for. */
function sentBy(
  { client, account }: AgentState,
  { chainId, blockTag }: { chainId: number; blockTag: 'latest' | 'pending' },
): Promise<number> {
  return getTransactionCount(clientOf(client, chainId), { address: account.address, blockTag })
}

type Somewhere = { readonly note: ClaimNote; readonly homeChainId: number; readonly taskId: Hex }

/**
 * Whether a claim can be neither on its way into a block nor on its way home: the account has no transaction that waits, and sent none since it was
 * noted. A later one with the same number takes its place on the chain, so both can never bind. When the number is taken, whatever took it is in the
 * chain: at home the permanent blocks decide, through a portal the claim's deadline.
 */
async function isNowhere(state: AgentState, { note, homeChainId, taskId }: Somewhere): Promise<boolean> {
  if (state.now() - note.sentAt < claimPatienceMs) return false
  const { chainId } = meAt(state, homeChainId)
  const [latest, pending] = [await sentBy(state, { chainId, blockTag: 'latest' }), await sentBy(state, { chainId, blockTag: 'pending' })]
  if (pending > latest || (note.via === 'portal' && latest !== note.nonce)) return false
  return note.nonce === undefined || latest <= note.nonce || isPassedOver(state, { note, homeChainId, taskId })
}

/** Whether the claim's transaction is in a permanent block, and its task is as open there as it was: then it failed, or another took its place. */
async function isPassedOver(state: AgentState, { note, homeChainId: chainId, taskId }: Somewhere): Promise<boolean> {
  const { client, account } = state
  const { value: view, freshness } = await getTask(client, { chainId, taskId, at: 'final' })
  const place = { address: account.address, blockNumber: freshness.blockNumber }
  const sent = await getTransactionCount(clientOf(client, chainId), place)
  return sent > (note.nonce ?? 0) && (view.state === 'Open' || view.state === 'None') && view.token === note.token
}

/** Deposits what is missing for all claims under way on a chain in a coin. */
export function ensureBond(state: AgentState, bonded: Bonded): Promise<void> {
  // Chain by chain: one that hangs holds up no other.
  const before = state.depositing.get(bonded.homeChainId) ?? Promise.resolve()
  const turn = before.then(() => deposited(state, bonded))
  state.depositing.set(
    bonded.homeChainId,
    turn.catch(() => undefined),
  )
  return turn
}

async function deposited(state: AgentState, { homeChainId, token, bond }: Bonded): Promise<void> {
  if (bond === 0n) return
  const { client, account } = state
  const actor = meAt(state, homeChainId)
  const { value: free } = await getDeposit(client, { chainId: homeChainId, sponsor: account.address, actor, token })
  const wanted = [...state.board.tasks.values()]
    .filter((task) => task.homeChainId === homeChainId && isAddressEqual(task.terms.token, token))
    .filter((task) => state.held.get(boardKey(task))?.claim !== undefined && !isMine(state, task))
    .reduce((sum, { terms }) => sum + terms.workerBond, 0n)
  const missing = (wanted > bond ? wanted : bond) - free
  if (missing <= 0n) return
  const coin = { homeChainId, token, amount: missing }
  requireStake(state, coin)
  if (!isAddressEqual(token, zeroAddress)) await approve.sync(client, { chainId: homeChainId, token, amount: missing, account })
  await deposit.sync(client, {
    ...{ chainId: homeChainId, actor, token, amount: missing, account },
    beforeSend: async () => notePutIn(state, coin),
  })
  tell(state, { event: 'deposited', chainId: homeChainId, token, amount: missing })
}

/** The most that may be asked for a task now, in basis points of its reward; 0 when no bid could be better; undefined when its policy refuses claims. */
export async function shareNow(state: AgentState, { homeChainId, terms, view }: TaskOnBoard): Promise<number | undefined> {
  const { allocation, allocationParams, openUntil } = terms
  if (isAddressEqual(allocation, zeroAddress)) return 10_000
  if (isAuction(terms)) return bestBid(allocationParams, view.state === 'Proposed' ? view.price : undefined)
  try {
    return await readContract(clientOf(state.client, homeChainId), {
      address: allocation,
      abi: risingRewardAbi,
      functionName: 'priceOf',
      args: [allocationParams, view.steppedAt, openUntil],
    })
  } catch (error) {
    const known = await toCallError({ error, verb: 'priceOf', chainId: homeChainId })
    // As a gate that is closed. Nothing is wrong: it is looked at again.
    if (isRefusal(known)) return undefined
    throw known
  }
}

/** What `SignedBids` takes, by its parameters: at most the reserve, and less than the standing bid by the least step. */
function bestBid(params: Hex, standing: number | undefined): number {
  const packed = BigInt(params)
  const [minStep, reserve] = [Number(packed & 0xffffn), Number((packed >> 16n) & 0xffffn)]
  if (standing === undefined) return reserve === 0 ? 10_000 : reserve
  return Math.min(Math.floor((standing * (10_000 - minStep)) / 10_000), standing - 1)
}

/** Triggers the lapse of another's assignment, and claims the task behind it: where nodes know what waits in them, both share a block. */
export function sendLapse(state: AgentState, { task, share }: ClaimPlan): void {
  const { client, account } = state
  const { homeChainId: chainId, terms } = task
  const held = heldOf(state, boardKey(task))
  act(state, held, {
    event: 'lapse.refused',
    run: async () => {
      if (meAt(state, chainId).chainId === chainId)
        await ensureBond(state, { homeChainId: chainId, token: terms.token, bond: terms.workerBond })
      count(state, 'lapsesSent')
      const hash = await lapse(client, { chainId, terms, account })
      const claiming =
        meAt(state, chainId).chainId === chainId ? notedClaim(state, { task, share, triedOn: 'pending' })() : Promise.resolve()
      // A node that does not know what waits refuses it now: then it is claimed at the next look.
      await claiming.catch((error: unknown) => tell(state, { level: 'debug', event: 'claim.early', task: held.key, error: String(error) }))
      await waitForTransactionReceipt(clientOf(client, chainId), { hash, timeout: receiptMs })
      tell(state, { event: 'lapse', task: held.key })
      // Whoever doubted rightly has the bond back, as a credit.
      state.due.set(`${chainId}/${terms.token}`, { chainId, token: terms.token })
    },
  })
}

/** Puts up the bond of a doubt. It comes back as a credit when the worker does not answer. */
export function sendDoubt(state: AgentState, task: TaskOnBoard): void {
  const { client, account } = state
  const { homeChainId: chainId, terms } = task
  const held = heldOf(state, boardKey(task))
  act(state, held, {
    event: 'doubt.refused',
    run: async () => {
      held.isDoubting = true
      const { value: bond } = await getSuspicionBond(client, { chainId, terms })
      if (!isAddressEqual(terms.token, zeroAddress)) await approve.sync(client, { chainId, token: terms.token, amount: bond, account })
      count(state, 'doubtsSent')
      const { event } = await suspect.sync(client, { chainId, terms, bond, account })
      tell(state, { event: 'doubt', task: held.key, until: event.until, bond })
      // What the claim needs is there before the answer is due.
      if (meAt(state, chainId).chainId === chainId)
        await ensureBond(state, { homeChainId: chainId, token: terms.token, bond: terms.workerBond })
    },
  })
}

/** Whether a deadline of another's assignment passed so long ago that anyone may end it. */
export function isLapsed(state: AgentState, { homeChainId, view, terms }: TaskOnBoard): boolean {
  const { workDeadline = Number.POSITIVE_INFINITY, suspicion } = view
  const end = Math.min(workDeadline, suspicion?.until ?? Number.POSITIVE_INFINITY)
  return view.state === 'Assigned' && state.board.clock(homeChainId) > end + terms.grace
}

/** A grant that a reorganisation undid may be made again by the same transaction: so the claim counts as under way once more. */
export async function restoreClaim(state: AgentState, held: Held): Promise<void> {
  const { granted } = held
  const view = state.board.tasks.get(held.key)?.view
  if (granted === undefined || held.claim !== undefined || view?.state !== 'Open' || view.token !== granted.token) return
  const note = { ...granted, sentAt: state.now() }
  held.claim = note
  held.granted = undefined
  await state.notes.set(`claim/${held.key}`, JSON.stringify(note))
}
