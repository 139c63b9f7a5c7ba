import type { Hex } from 'viem'
import { type Client, chainOf } from '../client.ts'
import { EventUnseenError } from '../errors/format.ts'
import { getTask, type TaskView } from './getTask.ts'
import { getTerms } from './getTasks.ts'
import type { Terms } from './terms.ts'

/** A task, where it lives, and what it promises. */
export type FoundTask = { readonly chainId: number; readonly task: TaskView; readonly terms: Terms }

/** What `findTask` takes. */
export type FindTaskParameters = {
  readonly taskId: Hex
  /** Its home, if that is known. Default: every chain of the client is asked. */
  readonly chainId?: number
}

/**
 * Finds the home of a task and its terms from its id alone, which says neither.
 *
 * @returns Undefined when no chain of the client that answers knows it.
 * @throws EventUnseenError when its home knows it, and its node has no event with its terms. The error of a chain that gave no answer, when no other knows the task.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const found = await task.findTask(client, { taskId })
 * if (found !== undefined) await task.lapse.sync(client, { chainId: found.chainId, terms: found.terms })
 * ```
 */
export async function findTask(client: Client, { taskId, chainId }: FindTaskParameters): Promise<FoundTask | undefined> {
  const chainIds = chainId === undefined ? [...client.chains.keys()] : [chainOf(client, chainId).chainId]
  const looks = await Promise.allSettled(chainIds.map(async (home) => ({ home, ...(await getTask(client, { chainId: home, taskId })) })))
  const answers = looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []))
  const found = answers.find(({ value }) => value.state !== 'None')
  if (found !== undefined) {
    const { value: terms } = await getTerms(client, { chainId: found.home, taskId, at: found.freshness.blockNumber })
    if (terms !== undefined) return { chainId: found.home, task: found.value, terms }
    throw new EventUnseenError({
      subject: `Task ${taskId}`,
      fact: `the node of chain ${found.home} knows its state and has no event with its terms`,
      expected: 'a node that keeps events since the deployment',
    })
  }
  const failed = looks.find((look) => look.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return undefined
}
