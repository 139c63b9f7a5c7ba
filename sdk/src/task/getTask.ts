import type { Hex } from 'viem'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { type TaskView, viewIn } from './view.ts'

export type { TaskView } from './view.ts'

/** What `getTask` takes. */
export type GetTaskParameters = ReadParameters & { readonly taskId: Hex }

/**
 * Where a task stands. Read it on its home chain.
 *
 * @throws EventUnseenError when work stands for review and no event of the node fits it.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value, freshness } = await task.getTask(client, { chainId: 1, taskId })
 * console.log(value.state, freshness.isFinal)
 * ```
 */
export const getTask = /* @__PURE__ */ defineRead<GetTaskParameters, TaskView>('task.getTask', (context, { taskId }) =>
  viewIn(context, taskId),
)
