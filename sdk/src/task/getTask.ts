import { type Address, getAbiItem, type Hex, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import type { TaskState } from '../abis/enums.ts'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { eventsOf } from '../actions/call.ts'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import { newestOf } from '../actions/logs.ts'
import { FormatError } from '../errors/format.ts'
import type { Actor } from './actor.ts'
import { type Suspicion, suspicionOf } from './getSuspicion.ts'
import { workOf } from './getWork.ts'
import { slotOf, type TaskSlot } from './slot.ts'

/** What `getTask` takes. */
export type GetTaskParameters = ReadParameters & { readonly taskId: Hex }

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
  /** While somebody doubts the worker and waits for its answer. */
  readonly suspicion: Suspicion | undefined
}

/**
 * Where a task stands. Read it on its home chain.
 *
 * @throws FormatError when work stands for review and no event of the node fits it.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value, freshness } = await task.getTask(client, { chainId: 1, taskId })
 * console.log(value.state, freshness.isFinal)
 * ```
 */
export const getTask = /* @__PURE__ */ defineRead<GetTaskParameters, TaskView>('task.getTask', async (context, { taskId }) => {
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
    suspicion,
  }
})

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
    return worker.account === zeroAddress ? undefined : { chainId: Number(worker.chainId), account: worker.account }
  }
  const event = getAbiItem({ abi: taskEscrowAbi, name: 'TaskAssigned' })
  const chainId = await newestOf(context, { address, event, args: { taskId, account } }, (logs) => {
    const assigned = eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskAssigned', logs })
    return assigned.findLast(({ args }) => args.token === slot.token && args.taskId === taskId)?.args.chainId
  })
  if (chainId !== undefined) return { chainId: Number(chainId), account }
  const expected = `a \`TaskAssigned\` to ${account} with token ${slot.token}`
  throw new FormatError({ subject: `Task ${taskId}`, fact: 'no event of the node is about its assignment', expected })
}
