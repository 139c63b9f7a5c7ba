import { type Address, getAbiItem, type Hex, isAddressEqual, type Log } from 'viem'
import { taskOpenedEvent } from '../abis/taskEscrow.ts'
import { eventsOf } from '../actions/call.ts'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import { FormatError } from '../errors/format.ts'
import { taskIdOf } from './taskId.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [taskOpenedEvent] as const

/** A task that was posted, with all that it promises. */
export type PostedTask = { readonly taskId: Hex; readonly terms: Terms; readonly blockNumber: bigint; readonly transactionHash: Hex }

/** What `getTasks` takes. */
export type GetTasksParameters = ReadParameters & {
  /** Only those of this requester. */
  readonly requester?: Address
  /** Only those whose terms admit accounts of this chain. */
  readonly workerChainId?: number
  /** Default: the deployment's start block. */
  readonly fromBlock?: bigint
}

/**
 * Every task that was posted at home on a chain, oldest first, whatever became of it since: see `getTask`. Ids are recomputed from the terms, so
 * a node cannot pass off others.
 *
 * @throws FormatError when a node's event contradicts its terms.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value } = await task.getTasks(client, { chainId: 1, workerChainId: 10, at: 'final' })
 * for (const { taskId, terms } of value) console.log(taskId, terms.reward)
 * ```
 */
export const getTasks = /* @__PURE__ */ defineRead<GetTasksParameters, readonly PostedTask[]>(
  'task.getTasks',
  async (context, { requester, workerChainId, fromBlock }) => {
    const posted = await postedTasks(context, { requester, fromBlock })
    return posted.filter(
      ({ terms }) => workerChainId === undefined || admits(terms, { chainId: workerChainId, homeChainId: context.chain.chainId }),
    )
  },
)

/** What `getTerms` takes. */
export type GetTermsParameters = ReadParameters & { readonly taskId: Hex }

/**
 * The terms of a task from its id, or undefined when no such task was posted at home on that chain.
 *
 * @throws FormatError when a node's event contradicts the id.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value: terms } = await task.getTerms(client, { chainId: 1, taskId })
 * if (terms !== undefined) await task.claim(client, { chainId: 1, homeChainId: 1, terms, sponsor })
 * ```
 */
export const getTerms = /* @__PURE__ */ defineRead<GetTermsParameters, Terms | undefined>('task.getTerms', async (context, { taskId }) => {
  const [posted] = await postedTasks(context, { taskId })
  return posted?.terms
})

/** Whether accounts of a chain may work under these terms. */
export function admits(terms: Terms, { chainId, homeChainId }: { readonly chainId: number; readonly homeChainId: number }): boolean {
  return chainId === homeChainId || terms.chains.includes(BigInt(chainId))
}

type Query = { readonly requester?: Address | undefined; readonly taskId?: Hex; readonly fromBlock?: bigint | undefined }

async function postedTasks(context: ReadContext, { requester, taskId, fromBlock }: Query): Promise<PostedTask[]> {
  const { taskEscrow } = context.chain.deployment
  const event = getAbiItem({ abi: taskEscrowAbi, name: 'TaskOpened' })
  const logs = await logsOf(context, { address: taskEscrow, event, args: { taskId, requester }, fromBlock })
  return postedIn(logs, { chainId: context.chain.chainId, escrow: taskEscrow }).filter(
    (posted) =>
      (taskId === undefined || posted.taskId === taskId) && (requester === undefined || isAddressEqual(posted.terms.requester, requester)),
  )
}

function postedIn(logs: readonly Log[], { chainId, escrow }: { readonly chainId: number; readonly escrow: Address }): PostedTask[] {
  return eventsOf({ abi: taskEscrowAbi, address: escrow, eventName: 'TaskOpened', logs }).map(({ args, blockNumber, transactionHash }) => {
    const { taskId, terms } = args
    const actual = taskIdOf({ chainId, escrow, terms })
    if (actual !== taskId) throw new FormatError({ subject: `Task ${taskId}`, fact: `its terms hash to ${actual}`, expected: 'its id' })
    return { taskId, terms, blockNumber, transactionHash }
  })
}
