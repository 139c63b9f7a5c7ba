import { type Address, encodeAbiParameters, getAbiItem, type Hex, keccak256, slice } from 'viem'
import { taskSubmittedEvent } from '../abis/taskEscrow.ts'
import { eventsOf } from '../actions/call.ts'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import { newestOf } from '../actions/logs.ts'
import { EventUnseenError } from '../errors/format.ts'
import { isUnderReview, slotOf, type TaskSlot } from './slot.ts'
import type { Work } from './work.ts'

const taskEscrowAbi = [taskSubmittedEvent] as const

/** What `getWork` takes. */
export type GetWorkParameters = ReadParameters & { readonly taskId: Hex }

/**
 * The work that stands for review, contested and disputed included, or undefined when none does. The escrow keeps only its hash, so it is looked up
 * among the events, and checked: a node cannot pass off other work.
 *
 * @throws EventUnseenError when no event of the node fits the task.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value: work } = await task.getWork(client, { chainId: 1, taskId })
 * if (work !== undefined) await task.decide.sync(client, { chainId: 1, terms, work, verdict: 10_000 })
 * ```
 */
export const getWork = /* @__PURE__ */ defineRead<GetWorkParameters, Work | undefined>('task.getWork', async (context, { taskId }) =>
  workOf(context, { taskId, slot: await slotOf(context, taskId) }),
)

/** The work under review in a task's slot. */
export async function workOf(
  context: ReadContext,
  { taskId, slot }: { readonly taskId: Hex; readonly slot: TaskSlot },
): Promise<Work | undefined> {
  if (!isUnderReview(slot.state)) return undefined
  const { taskEscrow: address } = context.chain.deployment
  const event = getAbiItem({ abi: taskEscrowAbi, name: 'TaskSubmitted' })
  const work = await newestOf(context, { address, event, args: { taskId } }, (logs) =>
    eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskSubmitted', logs })
      .map(({ args: { worker, token, deliverable } }) => ({ worker, token, deliverable }))
      .findLast((found) => found.token === slot.token && workKeyOf(found) === slot.key),
  )
  if (work !== undefined) return work
  throw new EventUnseenError({
    subject: `Task ${taskId}`,
    fact: 'no event of the node is about the work under review',
    expected: 'a `TaskSubmitted` whose worker and deliverable hash to the key of its slot',
  })
}

/** What a slot keeps of work: the first 20 bytes of the hash of worker and deliverable. */
export function workKeyOf({ worker, deliverable }: { readonly worker: Address; readonly deliverable: Hex }): Hex {
  return slice(keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'bytes32' }], [worker, deliverable])), 0, 20)
}
