import { type Address, type Hex, isAddressEqual, parseAbi, zeroAddress, zeroHash } from 'viem'
import { readContract } from 'viem/actions'
import { taskStateValues } from '../abis/enums.ts'
import { isReadyFunction, taskOfFunction } from '../abis/taskEscrow.ts'
import { type ChainClient, type Client, chainOf, clientOf } from '../client.ts'
import { getLink } from '../gateway/getLink.ts'
import { getTask, type TaskView } from '../task/getTask.ts'
import { getTerms } from '../task/getTasks.ts'
import { isAuction, type Terms } from '../task/terms.ts'
import type { Why, WhyOwner } from './answer.ts'
import type { WhyCode } from './codes.ts'
import { closedGate } from './gate.ts'
import { openRequests } from './requests.ts'
import { whyMessage } from './whyMessage.ts'

const taskEscrowAbi = [isReadyFunction, taskOfFunction] as const

const pricePolicyAbi = parseAbi(['function priceOf(bytes32 params, uint40 openedAt, uint40 openUntil) view returns (uint16)'])

type Row = Pick<Why, 'code' | 'owner' | 'nextAction' | 'deadline'>

/** What `whyTask` takes. */
export type WhyTaskParameters = {
  /** The task's home. */
  readonly chainId: number
  readonly taskId: Hex
  /** Base urls of watchers: with them the answer tells how many of them signed for a request that is on its way. */
  readonly attestationUrls?: readonly string[]
}

/**
 * Why a task stands where it stands: who has to act, until when, and what anyone may do after that. What accounts of other chains asked for and
 * home has not heard yet is looked for on every chain of the client that the terms admit.
 *
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code, nextAction } = await why.whyTask(client, { chainId: 1, taskId })
 * console.log(code, nextAction) // 'TaskExpiryDue' 'Call `expire`: the reward returns to the requester.'
 * ```
 */
export async function whyTask(client: Client, { chainId, taskId, attestationUrls }: WhyTaskParameters): Promise<Why> {
  const { value: task, freshness } = await getTask(client, { chainId, taskId })
  const at = freshness.blockNumber
  const { value: terms } = await getTerms(client, { chainId, taskId, at })
  const now = Number(freshness.blockTimestamp)
  const connection = clientOf(client, chainId)
  const from = { abi: taskEscrowAbi, address: chainOf(client, chainId).deployment.taskEscrow, blockNumber: at } as const
  const evidence = { state: task.state, token: `${task.token}`, steppedAt: `${task.steppedAt}`, now: `${now}`, ...evidenceOf(task) }
  if (terms === undefined) return { ...(task.state === 'None' ? unknownRow : overRow(task)), evidence, freshness: [freshness] }
  const place = { client, task, terms, now, chainId, taskId, connection, from }
  const { more, ...row } = await rowOf(place)
  const found = { ...row, evidence: { ...evidence, ...more }, freshness: [freshness] }
  return row.deadline === undefined ? found : withRequest(client, { ...place, found, attestationUrls })
}

type Under = Place & { readonly found: Why; readonly attestationUrls: readonly string[] | undefined }

/** What somebody may do here may be done already, on another chain: then the task waits for that message. */
async function withRequest(client: Client, { task, terms, chainId, taskId, found, attestationUrls }: Under): Promise<Why> {
  const chainIds = task.state === 'Open' || task.worker === undefined ? terms.chains.map(Number) : [task.worker.chainId]
  const { requests, silent } = await openRequests(client, { chainIds, homeChainId: chainId, taskId })
  const evidence = { ...found.evidence, ...(silent.length === 0 ? {} : { silentChains: silent.join(' ') }) }
  const [request] = requests
  if (request === undefined) return { ...found, ...(await stoppedRow(client, { task, chainId, found })), evidence }
  const { account: by, action = 'request', chainId: origin, sendId } = request
  const message = await whyMessage(client, { chainId: origin, sendId, ...(attestationUrls === undefined ? {} : { attestationUrls }) })
  const told = { ...evidence, request: sendId, requestAction: action, requestBy: `${origin}:${by}`, messageCode: message.code }
  const freshness = [...found.freshness, ...message.freshness]
  if (found.code === 'TaskAwaitsGrace') return { ...found, evidence: told, freshness }
  const nextAction = `A ${action} by ${by} of chain ${origin} is on its way home. ${message.nextAction}`
  return { code: 'TaskRequestUnderWay', owner: message.owner, nextAction, deadline: found.deadline, evidence: told, freshness }
}

type Stopped = Pick<Under, 'task' | 'chainId' | 'found'>

/** Of a task whose worker's lane stands still: its windows wait as well. */
async function stoppedRow(client: Client, { task, chainId, found }: Stopped): Promise<Row | undefined> {
  const { worker, state } = task
  if (state !== 'Assigned' || worker === undefined || worker.chainId === chainId || !client.chains.has(worker.chainId)) return undefined
  const { gateway: originGateway } = chainOf(client, worker.chainId).deployment
  const lane = { originChainId: BigInt(worker.chainId), originGateway, destinationChainId: BigInt(chainId) }
  const { value, freshness } = await getLink(client, { chainId, lane })
  if (BigInt(value.stoppedUntil) <= freshness.blockTimestamp) return undefined
  const nextAction = `Wait until the stop of the worker's lane ends at ${value.stoppedUntil}, or resume the lane: the worker's windows wait as well.`
  return { code: 'TaskLaneStopped', owner: { kind: 'governance', chainId }, nextAction, deadline: found.deadline }
}

/** What else is known of a task in its state. */
function evidenceOf({ revisions, price, proposedVerdict, verdict, suspicion, state }: TaskView): Record<string, string> {
  return {
    ...(revisions === 0 ? {} : { revisions: `${revisions}` }),
    ...(state === 'Open' || state === 'None' ? {} : { share: `${price}` }),
    ...(proposedVerdict === undefined ? {} : { proposedVerdict: `${proposedVerdict}` }),
    ...(verdict === undefined ? {} : { verdict: `${verdict}` }),
    ...(suspicion === undefined ? {} : { doubtedBy: suspicion.by, answerUntil: `${suspicion.until}` }),
  }
}

const unknownRow: Row = {
  code: 'TaskUnknown',
  owner: { kind: 'nobody' },
  nextAction: 'Check the id and the home chain: no such task was posted there.',
  deadline: undefined,
}

type Place = {
  readonly client: Client
  readonly task: TaskView
  readonly terms: Terms
  readonly now: number
  readonly chainId: number
  readonly taskId: Hex
  readonly connection: ChainClient
  /** The escrow, in the block that is looked at. */
  readonly from: { readonly abi: typeof taskEscrowAbi; readonly address: Address; readonly blockNumber: bigint }
}

/** A row, and the evidence that only it has. */
type Found = Row & { readonly more?: Readonly<Record<string, string>> }

function rowOf(place: Place): Found | Promise<Found> {
  const { state } = place.task
  if (state === 'Open') return openRow(place)
  if (state === 'Proposed') return proposedRow(place)
  if (state === 'Assigned') return assignedRow(place)
  if (state === 'Submitted') return submittedRow(place)
  if (state === 'Contested') return contestedRow(place)
  if (state === 'Disputed') return disputedRow(place)
  return overRow(place.task)
}

const endCodes: Readonly<Partial<Record<TaskView['state'], WhyCode>>> = {
  Settled: 'TaskSettled',
  Cancelled: 'TaskCancelled',
  Expired: 'TaskExpired',
}

function overRow({ state }: TaskView): Row {
  return {
    code: endCodes[state] ?? 'TaskUnknown',
    owner: { kind: 'nobody' },
    nextAction: 'Nothing: the task is over. Payments that failed wait for `withdraw`.',
    deadline: undefined,
  }
}

async function openRow(place: Place): Promise<Found> {
  const { terms, now } = place
  if (terms.parent !== zeroHash && !(await isParentAlive(place))) return orphanRow
  const { act, more } = await wantedRow(place)
  const row = timed({
    now,
    actUntil: terms.openUntil,
    dueAfter: terms.openUntil + terms.grace,
    act,
    due: { code: 'TaskExpiryDue', nextAction: 'Call `expire`: the reward returns to the requester.' },
  })
  return { ...row, ...(more === undefined ? {} : { more }) }
}

const orphanRow: Row = {
  code: 'TaskParentOver',
  owner: { kind: 'anyone' },
  nextAction: 'Call `closeChild`: the task that pays for it is over.',
  deadline: undefined,
}

async function isParentAlive({ terms, connection, from }: Place): Promise<boolean> {
  const { state } = await readContract(connection, { ...from, functionName: 'taskOf', args: [terms.parent] })
  return state >= taskStateValues.indexOf('Assigned') && state < taskStateValues.indexOf('Settled')
}

type Wanted = { readonly act: Act; readonly more?: Readonly<Record<string, string>> }

/** What an open task waits for. */
async function wantedRow({ client, terms, chainId, taskId, task, connection, from }: Place): Promise<Wanted> {
  const anyone: WhyOwner = { kind: 'anyone' }
  if (terms.prerequisites !== zeroHash && !(await readContract(connection, { ...from, functionName: 'isReady', args: [taskId] }))) {
    const nextAction = 'Call `confirmPrerequisites` once each of its prerequisites is settled well enough.'
    return { act: { code: 'TaskAwaitsPrerequisites', owner: anyone, nextAction } }
  }
  if (isAuction(terms)) {
    return { act: { code: 'TaskAwaitsBid', owner: anyone, nextAction: 'Call `propose` with a bid, and a deposit that covers the bond.' } }
  }
  if (!isAddressEqual(terms.allocation, zeroAddress)) {
    const share = await priceOf({ terms, openedAt: task.steppedAt, connection, blockNumber: from.blockNumber })
    const closed = share === undefined ? await closedGate(client, { chainId, gate: terms.allocation, at: from.blockNumber }) : undefined
    if (closed !== undefined) {
      const { more, ...act } = closed
      return { act, more }
    }
    const nextAction = 'Call `claim` with the least share for which you do it, once the price is there.'
    return { act: { code: 'TaskAwaitsPrice', owner: anyone, nextAction }, ...(share === undefined ? {} : { more: { share: `${share}` } }) }
  }
  if (terms.workerBond === 0n && terms.charter === zeroHash) {
    const nextAction = 'Call `hire` with an offer that requester and worker agree on: without a bond nobody can claim it.'
    return { act: { code: 'TaskAwaitsHire', owner: account(terms.requester, chainId), nextAction } }
  }
  if (terms.charter !== zeroHash) {
    const nextAction = 'Call `claim`: the charter decides whom it admits, and a bond is covered by a deposit.'
    return { act: { code: 'TaskAwaitsClaim', owner: anyone, nextAction }, more: { charter: terms.charter, epoch: `${terms.epoch}` } }
  }
  return { act: { code: 'TaskAwaitsClaim', owner: anyone, nextAction: 'Call `claim` with a deposit that covers the bond.' } }
}

type Pricing = { readonly terms: Terms; readonly openedAt: number; readonly connection: ChainClient; readonly blockNumber: bigint }

/** The share that a policy gives now, when it answers. */
function priceOf({ terms, openedAt, connection, blockNumber }: Pricing): Promise<number | undefined> {
  const args = [terms.allocationParams, openedAt, terms.openUntil] as const
  const read = { address: terms.allocation, abi: pricePolicyAbi, functionName: 'priceOf', args, blockNumber } as const
  return readContract(connection, read).catch(() => undefined)
}

function proposedRow({ task, terms, now }: Place): Row {
  const until = task.steppedAt + terms.challengeWindow
  return timed({
    now,
    actUntil: until,
    dueAfter: until + terms.grace,
    act: {
      code: 'TaskAwaitsBetterBid',
      owner: { kind: 'anyone' },
      nextAction: `Call \`propose\` with a bid that beats ${task.price} basis points by the policy's least step.`,
    },
    due: { code: 'TaskAwardDue', nextAction: 'Call `award`: the standing bid has the task.' },
  })
}

function assignedRow({ task, terms, now, chainId }: Place): Row {
  // A doubt that waits for an answer has brought it forward.
  const until = task.workDeadline ?? task.steppedAt
  return timed({
    now,
    actUntil: until,
    dueAfter: until + terms.grace,
    act: { ...assignedAct(task), owner: account(task.worker?.account, task.worker?.chainId ?? chainId) },
    due:
      task.revisions === 0
        ? { code: 'TaskLapseDue', nextAction: 'Call `lapse`: the task is open again, or over, and the worker pays its share.' }
        : { code: 'TaskRedeliveryDue', nextAction: 'Call `lapse`: what was delivered before the revision stands for review again.' },
  })
}

function assignedAct({ suspicion, revisions }: TaskView): Omit<Act, 'owner'> {
  if (suspicion !== undefined)
    return { code: 'TaskAwaitsAnswer', nextAction: 'The worker calls `alive` or `submit`: somebody doubts that it lives.' }
  if (revisions !== 0) return { code: 'TaskAwaitsRevision', nextAction: 'The worker calls `submit` with what the evaluator asked for.' }
  return { code: 'TaskAwaitsWork', nextAction: 'The worker calls `submit`.' }
}

function submittedRow({ task, terms, now, chainId }: Place): Row {
  const until = task.steppedAt + terms.reviewWindow
  const contest = isAddressEqual(terms.arbitrator, zeroAddress) ? '' : ' The requester may `contest`.'
  const revise = task.revisions < terms.maxRevisions ? ' or `revise`' : ''
  return timed({
    now,
    actUntil: until,
    dueAfter: until + terms.grace,
    act: {
      code: 'TaskAwaitsVerdict',
      owner: account(terms.evaluator, chainId),
      nextAction: `The evaluator calls \`decide\`${revise}.${contest}`,
    },
    due: { code: 'TaskSettlementDue', nextAction: 'Call `settle`: silence pays the worker what the terms say.' },
  })
}

function contestedRow({ task, terms, now, chainId }: Place): Row {
  const until = task.steppedAt + terms.disputeWindow
  return timed({
    now,
    actUntil: until,
    dueAfter: until + terms.grace,
    act: {
      code: 'TaskAwaitsCounter',
      owner: account(task.worker?.account, chainId),
      nextAction: `The worker, or anyone for it, calls \`counter\`; otherwise ${task.proposedVerdict} basis points stand.`,
    },
    due: { code: 'TaskConcessionDue', nextAction: 'Call `resolve`: the proposed verdict stands.' },
  })
}

function disputedRow({ task, terms, now, chainId }: Place): Row {
  const until = task.steppedAt + terms.arbitrationWindow
  return timed({
    now,
    actUntil: until,
    dueAfter: until + terms.grace,
    act: { code: 'TaskAwaitsRuling', owner: account(terms.arbitrator, chainId), nextAction: 'The arbitrator calls `rule`.' },
    due: { code: 'TaskDefaultSplitDue', nextAction: 'Call `resolve`: the arbitrator was silent, and the default split counts.' },
  })
}

/** A row while somebody can act. */
type Act = Omit<Row, 'deadline'>

type Timed = {
  readonly now: number
  readonly actUntil: number
  readonly dueAfter: number
  readonly act: Act
  readonly due: Omit<Row, 'deadline' | 'owner'>
}

/** An action counts until its deadline; its default counts after deadline and grace; between the two everybody waits. */
function timed({ now, actUntil, dueAfter, act, due }: Timed): Row {
  if (now <= actUntil) return { ...act, deadline: actUntil }
  if (now > dueAfter) return { ...due, owner: { kind: 'anyone' }, deadline: undefined }
  const nextAction = `Wait until the grace ends at ${dueAfter}; a message on its way may still count. Then: ${due.nextAction}`
  return { code: 'TaskAwaitsGrace', owner: { kind: 'nobody' }, nextAction, deadline: dueAfter }
}

function account(address: Address | undefined, chainId: number): WhyOwner {
  return address === undefined ? { kind: 'nobody' } : { kind: 'account', account: address, chainId }
}
