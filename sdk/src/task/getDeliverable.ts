import { getAbiItem, type Hex } from 'viem'
import { taskSubmittedEvent } from '../abis/taskEscrow.ts'
import { eventsOf } from '../actions/call.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { newestOf } from '../actions/logs.ts'

const taskEscrowAbi = [taskSubmittedEvent] as const

/** What `getDeliverable` takes. */
export type GetDeliverableParameters = ReadParameters & { readonly taskId: Hex }

/**
 * The hash of what was handed in last for a task, whatever became of it, or undefined when nothing was: for those whose work builds on it. What stands
 * for review now, and checked against the escrow, is `getWork`'s.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value: deliverable } = await task.getDeliverable(client, { chainId: 1, taskId })
 * if (deliverable !== undefined) console.log(await store.get(deliverable))
 * ```
 */
export const getDeliverable = /* @__PURE__ */ defineRead<GetDeliverableParameters, Hex | undefined>(
  'task.getDeliverable',
  async (context, { taskId }) => {
    const { taskEscrow: address } = context.chain.deployment
    const event = getAbiItem({ abi: taskEscrowAbi, name: 'TaskSubmitted' })
    return newestOf(
      context,
      { address, event, args: { taskId } },
      (logs) =>
        eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskSubmitted', logs }).findLast(({ args }) => args.taskId === taskId)?.args
          .deliverable,
    )
  },
)
