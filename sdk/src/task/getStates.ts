import type { Hex } from 'viem'
import type { TaskState } from '../abis/enums.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { slotOf } from './slot.ts'

/** What `getStates` takes. */
export type GetStatesParameters = ReadParameters & { readonly taskIds: readonly Hex[] }

/** Questions that are asked at once. */
const breadth = 50

/**
 * The states of many tasks at one block, in the order of their ids. `getTask` tells more of each.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value: posted } = await task.getTasks(client, { chainId: 1 })
 * const { value: states } = await task.getStates(client, { chainId: 1, taskIds: posted.map(({ taskId }) => taskId) })
 * ```
 */
export const getStates = /* @__PURE__ */ defineRead<GetStatesParameters, readonly TaskState[]>(
  'task.getStates',
  async (context, { taskIds }) => {
    const states: TaskState[] = []
    for (let at = 0; at < taskIds.length; at += breadth) {
      const slots = await Promise.all(taskIds.slice(at, at + breadth).map((taskId) => slotOf(context, taskId)))
      states.push(...slots.map(({ state }) => state))
    }
    return states
  },
)
