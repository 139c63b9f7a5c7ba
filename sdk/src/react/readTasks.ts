import type { Address, Hex } from 'viem'
import type { TaskState } from '../abis/enums.ts'
import type { Fresh, Freshness } from '../actions/defineRead.ts'
import { type Client, chainOf } from '../client.ts'
import { getStates } from '../task/getStates.ts'
import { getTasks, type PostedTask } from '../task/getTasks.ts'

/** A task in a list. */
export type TaskRow = PostedTask & {
  /** Its home. */
  readonly chainId: number
  /** In the newest block. */
  readonly state: TaskState
  /** In the newest final block. `None`: it is not posted there yet, and a reorg can still take it back. */
  readonly finalState: TaskState
}

/** What `readTasks` takes. */
export type ReadTasksParameters = {
  readonly chainId: number
  readonly requester?: Address
  readonly workerChainId?: number
}

/**
 * The tasks of a chain, oldest first, each with its state. What was read before saves what is permanent: postings in final blocks are not
 * fetched again, nor are the states of tasks that are over for good.
 */
export async function readTasks(
  client: Client,
  parameters: ReadTasksParameters,
  before?: Fresh<readonly TaskRow[]>,
): Promise<Fresh<readonly TaskRow[]>> {
  const { chainId } = parameters
  const since = before === undefined ? {} : { fromBlock: before.freshness.finalBlockNumber + 1n }
  const { value: posted, freshness } = await getTasks(client, { ...parameters, ...since })
  // Another chain under the same id, such as a devnet that was started anew: nothing of what was read counts.
  if (before !== undefined && freshness.finalBlockNumber < before.freshness.finalBlockNumber) return readTasks(client, parameters)
  const kept = before?.value.filter(({ blockNumber }) => blockNumber <= before.freshness.finalBlockNumber) ?? []
  const tasks = [...kept, ...posted.map((task) => ({ ...task, chainId, state: 'None' as const, finalState: 'None' as const }))]
  const open = tasks.filter(({ finalState }) => !isOver(finalState)).map(({ taskId }) => taskId)
  const { states, finalStates } = await statesOf(client, { freshness, taskIds: open })
  const value = tasks.map((task): TaskRow => {
    const [state, finalState] = [states.get(task.taskId), finalStates.get(task.taskId)]
    return state === undefined || finalState === undefined ? task : { ...task, state, finalState }
  })
  return { value, freshness }
}

/** Whether nothing can happen to a task any more. */
export function isOver(state: TaskState): boolean {
  return state === 'Settled' || state === 'Cancelled' || state === 'Expired'
}

type States = { readonly freshness: Freshness; readonly taskIds: readonly Hex[] }

async function statesOf(client: Client, { freshness, taskIds }: States) {
  const { chainId, blockNumber, finalBlockNumber } = freshness
  const at = async (block: bigint) => {
    if (block < BigInt(chainOf(client, chainId).deployment.startBlock)) return taskIds.map((): TaskState => 'None')
    return (await getStates(client, { chainId, taskIds, at: block })).value
  }
  const now = await at(blockNumber)
  const final = finalBlockNumber === blockNumber ? now : await at(finalBlockNumber)
  const byId = (states: readonly TaskState[]) => new Map(taskIds.map((taskId, index) => [taskId, states[index]]))
  return { states: byId(now), finalStates: byId(final) }
}
