// The escrow as a watcher that keeps meets it: tasks whose default somebody has to trigger, each to be triggered once.
import {
  type ContractFunctionArgs,
  decodeFunctionData,
  encodeErrorResult,
  encodeFunctionResult,
  getAbiItem,
  type Hex,
  numberToHex,
  zeroAddress,
} from 'viem'
import { type TaskState, taskStateValues } from '../../sdk/src/abis/enums.ts'
import { taskEscrowAbi } from '../../sdk/src/abis/index.ts'
import { createTerms, taskIdOf } from '../../sdk/src/task/index.ts'
import type { Transaction } from './curve.ts'
import { eventOf } from './eventOf.ts'

/** What somebody opens and then leaves alone: nobody takes it, or nobody reviews what was handed in. */
export type Posting = {
  readonly isSubmitted: boolean
  /** Seconds since 1970 up to which somebody may take it, or seconds for the review. */
  readonly deadline: number
}

export type Slot = { readonly state: TaskState; readonly steppedAt: number; readonly reviewWindow: number }
export type Tasks = Map<Hex, Slot>
/** A default that ran. */
export type Kept = { readonly taskId: Hex; readonly action: 'expire' | 'settle' }

type Terms = ContractFunctionArgs<typeof taskEscrowAbi, 'nonpayable', 'expire'>[0]
type Place = { readonly chainId: number; readonly escrow: Hex; readonly timestamp: number }

const requester = numberToHex(0x4e57, { size: 20 })
const worker = numberToHex(0x3045, { size: 20 })
const deliverable = numberToHex(0xd0e, { size: 32 })
const longest = 30 * 86_400

function termsOf({ chainId, sequence, posting }: { chainId: number; sequence: number; posting: Posting }): Terms {
  const { isSubmitted, deadline } = posting
  const start = 1_800_000_000
  return createTerms({
    homeChainId: chainId,
    requester,
    evaluator: numberToHex(0xe7a, { size: 20 }),
    specHash: numberToHex(1, { size: 32 }),
    reward: 10n ** 18n,
    workerBond: 10n ** 17n,
    openUntil: isSubmitted ? start + longest : deadline,
    workWindow: 3_600,
    reviewWindow: isSubmitted ? deadline : 3_600,
    now: start,
    salt: numberToHex(sequence + 1, { size: 32 }),
  })
}

const known = new Map<string, { readonly terms: Terms; readonly taskId: Hex }>()

/** The task that a posting makes. */
function taskOf(made: { chainId: number; escrow: Hex; sequence: number; posting: Posting }) {
  const { chainId, escrow, sequence, posting } = made
  const key = `${chainId} ${sequence} ${posting.isSubmitted} ${posting.deadline}`
  const found = known.get(key)
  if (found !== undefined) return found
  if (known.size > 100) known.clear()
  const terms = termsOf(made)
  const task = { terms, taskId: taskIdOf({ chainId, escrow, terms }) }
  known.set(key, task)
  return task
}

const eventBy = (address: Hex, name: 'TaskOpened' | 'TaskSubmitted' | 'TaskReceipt', args: Readonly<Record<string, unknown>>) =>
  eventOf({ abi: taskEscrowAbi, address, name, args })

/** Opens a task in a block. */
export function post(made: Place & { tasks: Tasks; sequence: number; posting: Posting }): readonly ReturnType<typeof eventOf>[] {
  const { tasks, escrow, timestamp, posting } = made
  const { terms, taskId } = taskOf(made)
  if (tasks.has(taskId) || terms.openUntil <= timestamp) return []
  tasks.set(taskId, { state: posting.isSubmitted ? 'Submitted' : 'Open', steppedAt: timestamp, reviewWindow: terms.reviewWindow })
  const opened = eventBy(escrow, 'TaskOpened', { taskId, requester: terms.requester, terms })
  return posting.isSubmitted ? [opened, eventBy(escrow, 'TaskSubmitted', { taskId, worker, token: 1, deliverable })] : [opened]
}

type Trigger = Kept & { readonly terms: Terms; readonly work: { readonly deliverable: Hex } | undefined }

const triggerAbi = [getAbiItem({ abi: taskEscrowAbi, name: 'expire' }), getAbiItem({ abi: taskEscrowAbi, name: 'settle' })] as const
const triggers = new Map<string, Trigger>()

/** The default that a call triggers. */
export function triggerIn({ data, chainId, escrow }: { data: Hex; chainId: number; escrow: Hex }): Trigger {
  // The same terms on another chain are another task.
  const key = `${chainId} ${data}`
  const found = triggers.get(key)
  if (found !== undefined) return found
  if (triggers.size > 200) triggers.clear()
  const { functionName, args } = decodeFunctionData({ abi: triggerAbi, data })
  const [terms] = args
  const trigger = { taskId: taskIdOf({ chainId, escrow, terms }), action: functionName, terms, work: args[1] }
  triggers.set(key, trigger)
  return trigger
}

/** Triggers a default: once, and not before it is due. */
export function keep(call: Place & { tasks: Tasks; transaction: Pick<Transaction, 'data'> }) {
  const { tasks, escrow, timestamp } = call
  const { taskId, action, terms, work } = triggerIn({ ...call, data: call.transaction.data })
  const slot = tasks.get(taskId)
  const wanted = action === 'expire' ? 'Open' : 'Submitted'
  const numberOf = (state: TaskState) => taskStateValues.indexOf(state)
  if (slot?.state !== wanted) return refuse('TaskWrongState', [taskId, numberOf(slot?.state ?? 'None'), numberOf(wanted)])
  if (action === 'settle' && work?.deliverable !== deliverable) return refuse('TaskWorkWrong', [taskId, worker, deliverable])
  const notBefore = action === 'expire' ? terms.openUntil : slot.steppedAt + slot.reviewWindow
  if (timestamp <= notBefore) return refuse('TaskDeadlineNotReached', [taskId, BigInt(notBefore), BigInt(timestamp)])
  const isSettled = action === 'settle'
  tasks.set(taskId, { ...slot, state: isSettled ? 'Settled' : 'Expired', steppedAt: timestamp })
  const receipt = {
    ...{ taskId, requester: terms.requester, worker: isSettled ? worker : zeroAddress, evaluator: terms.evaluator, token: terms.token },
    ...{ workerChainId: BigInt(call.chainId), price: isSettled ? terms.reward : 0n, verdict: isSettled ? 10_000 : 0 },
    ...{ fencingToken: 1, ending: 0 },
  }
  return { executions: [], events: [eventBy(escrow, 'TaskReceipt', receipt)] }
}

function refuse(name: 'TaskWrongState' | 'TaskWorkWrong' | 'TaskDeadlineNotReached', args: readonly unknown[]) {
  // viem cannot know which error this is.
  return { name, data: encodeErrorResult({ abi: taskEscrowAbi, errorName: name, args } as never) }
}

/** The answer of `taskOf`. */
export function encodeSlot(slot: Slot | undefined): Hex {
  const { state, steppedAt } = slot ?? { state: 'None', steppedAt: 0 }
  const result = {
    ...{ worker: zeroAddress, key: zeroAddress, steppedAt, window: 0, price: 0, token: 1, revisions: 0 },
    ...{ state: taskStateValues.indexOf(state), isSuspected: false, isBacked: true },
  } as const
  return encodeFunctionResult({ abi: taskEscrowAbi, functionName: 'taskOf', result })
}

/** Whether nothing more can happen to a task. */
export const isOver = ({ state }: Slot) => state === 'Settled' || state === 'Expired'
