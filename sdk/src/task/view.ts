import { type Address, getAbiItem, type Hex, isAddressEqual } from 'viem'
import { readContract } from 'viem/actions'
import type { Ending, TaskState } from '../abis/enums.ts'
import { taskAssignedEvent, workDeadlineOfFunction, workerOfFunction } from '../abis/taskEscrow.ts'
import { eventsOf } from '../actions/call.ts'
import type { ReadContext } from '../actions/defineRead.ts'
import { newestOf } from '../actions/logs.ts'
import { EventUnseenError } from '../errors/format.ts'
import type { Actor } from './actor.ts'
import { type Suspicion, suspicionOf } from './getSuspicion.ts'
import { workOf } from './getWork.ts'
import { slotOf, type TaskSlot } from './slot.ts'

const taskEscrowAbi = [taskAssignedEvent, workDeadlineOfFunction, workerOfFunction] as const

/** A task as its home sees it. */
export type TaskView = {
  /** `None`: never posted. */
  readonly state: TaskState
  /** The worker of record; while proposed, who made the standing bid. */
  readonly worker: Actor | undefined
  /** The fencing token: rises with each assignment. */
  readonly token: number
  /** Seconds of the last step. */
  readonly steppedAt: number
  /** Agreed share of the reward, in basis points; while proposed, that of the standing bid. */
  readonly price: number
  /** How often a revision was asked for. Not zero: something was delivered before. */
  readonly revisions: number
  /** While assigned: the last second to submit, by the home's clock, stops of the worker's lane included. A doubt brings it forward. */
  readonly workDeadline: number | undefined
  /** While under review: what stands there. */
  readonly deliverable: Hex | undefined
  /** While contested or disputed: the verdict that was proposed, in basis points of the price. */
  readonly proposedVerdict: number | undefined
  /** Once settled: basis points of the price. */
  readonly verdict: number | undefined
  /** Once settled: how. */
  readonly ending: Ending | undefined
  /** While somebody doubts the worker and waits for its answer. */
  readonly suspicion: Suspicion | undefined
}

/** Where a task stands in the block of a read. */
export async function viewIn(context: ReadContext, taskId: Hex): Promise<TaskView> {
  const slot = await slotOf(context, taskId)
  const { state, token, steppedAt, price, revisions, window } = slot
  const [work, workDeadline, suspicion] = await Promise.all([
    workOf(context, { taskId, slot }),
    state === 'Assigned' ? workDeadlineOf(context, taskId) : undefined,
    slot.isSuspected ? suspicionOf(context, taskId) : undefined,
  ])
  return {
    state,
    worker: await actorOf(context, { taskId, slot, account: work?.worker ?? slot.worker }),
    token,
    steppedAt,
    price,
    revisions,
    workDeadline,
    deliverable: work?.deliverable,
    proposedVerdict: state === 'Contested' || state === 'Disputed' ? window : undefined,
    verdict: state === 'Settled' ? window : undefined,
    ending: slot.ending,
    suspicion,
  }
}

async function workDeadlineOf({ connection, chain, blockNumber }: ReadContext, taskId: Hex): Promise<number> {
  const from = { abi: taskEscrowAbi, address: chain.deployment.taskEscrow, blockNumber, args: [taskId] } as const
  return Number(await readContract(connection, { ...from, functionName: 'workDeadlineOf' }))
}

type Worker = { readonly taskId: Hex; readonly slot: TaskSlot; readonly account: Address | undefined }

/** The account with its chain. Of a worker under review only the event of its assignment tells the chain. */
async function actorOf(context: ReadContext, { taskId, slot, account }: Worker): Promise<Actor | undefined> {
  if (account === undefined) return undefined
  const { connection, chain, blockNumber } = context
  if (!slot.isBacked) return { chainId: chain.chainId, account }
  const { taskEscrow: address } = chain.deployment
  if (slot.worker !== undefined) {
    const from = { abi: taskEscrowAbi, address, blockNumber, args: [taskId] } as const
    const worker = await readContract(connection, { ...from, functionName: 'workerOf' })
    if (isAddressEqual(worker.account, account)) return { chainId: Number(worker.chainId), account }
    // A node that makes a block while it answers tells of the state after it.
    throw new EventUnseenError({
      subject: `Task ${taskId}`,
      fact: `its worker is ${worker.account} in one answer`,
      expected: `${account}, as in another`,
    })
  }
  const event = getAbiItem({ abi: taskEscrowAbi, name: 'TaskAssigned' })
  const chainId = await newestOf(context, { address, event, args: { taskId, account } }, (logs) => {
    const assigned = eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskAssigned', logs })
    return assigned.findLast(({ args }) => args.token === slot.token && args.taskId === taskId)?.args.chainId
  })
  if (chainId !== undefined) return { chainId: Number(chainId), account }
  const expected = `a \`TaskAssigned\` to ${account} with token ${slot.token}`
  throw new EventUnseenError({ subject: `Task ${taskId}`, fact: 'no event of the node is about its assignment', expected })
}
