import type { Account, Address, Hex } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { type Client, clientOf } from '../client.ts'
import { AccountMissingError } from '../errors/client.ts'
import { TaskWrongState } from '../errors/contracts.ts'
import { delay } from '../sync/createSync.ts'
import { claim, type TaskClaimed } from '../task/claim.ts'
import { getTask } from '../task/getTask.ts'
import { rankOf } from '../task/rank.ts'
import { getTaskId } from '../task/taskId.ts'
import type { Terms } from '../task/terms.ts'

/** What `claimInTurn` takes. */
export type ClaimInTurnParameters = {
  /** The home of the task, and of the claimer. */
  readonly chainId: number
  readonly terms: Terms
  /** Whose deposit stands behind the claim. */
  readonly sponsor: Address
  /** Who else is idle, as far as the claimer knows: see `task.rankOf`. */
  readonly agents: readonly Address[]
  /** The block in which the task was opened (see `task.getTasks`) or in which the claimer became idle, whichever came last. */
  readonly since: bigint
  /** See `task.rankOf`. */
  readonly seed?: Hex
  readonly account?: Account
  /** Ends the wait. */
  readonly signal?: AbortSignal
  /** Waits, or returns early when aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Claims a task when it is the claimer's turn: as many blocks after the opening, or after it became idle, as agents come before it. Agents that all do so hardly ever pay for
 * a claim that is refused. Undefined: the task was somebody else's before, or the wait was ended.
 *
 * @throws What `task.claim` throws, but that somebody was faster.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 * import { claimInTurn } from '@hanse/sdk/runtime'
 *
 * const { value: [posted] } = await task.getTasks(client, { chainId: 1 })
 * const claimed = await claimInTurn(client, { chainId: 1, terms: posted.terms, since: posted.blockNumber, agents, sponsor })
 * ```
 */
export async function claimInTurn(client: Client, parameters: ClaimInTurnParameters): Promise<TaskClaimed | undefined> {
  const { chainId, terms, sponsor, agents, since, seed, wait = delay, signal = new AbortController().signal } = parameters
  const account = parameters.account ?? client.account
  if (account === undefined) throw new AccountMissingError('claimInTurn')
  const taskId = getTaskId(client, { chainId, terms })
  const rank = rankOf({ taskId, agents, account: account.address, ...(seed === undefined ? {} : { seed }) })
  while ((await getBlockNumber(clientOf(client, chainId))) < since + BigInt(rank)) {
    if (signal.aborted) return undefined
    await wait(client.pollingIntervalMs, signal)
  }
  if (signal.aborted || (await getTask(client, { chainId, taskId })).value.state !== 'Open') return undefined
  try {
    const { event } = await claim.sync(client, { chainId, homeChainId: chainId, terms, sponsor, account })
    return event.via === 'home' ? event : undefined
  } catch (error) {
    if (error instanceof TaskWrongState) return undefined
    throw error
  }
}
