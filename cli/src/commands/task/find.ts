import type { task } from '@hanse/sdk'
import type { Hex } from 'viem'
import { IdUnknownError, StepUselessError } from '../../errors.ts'
import { type Network, nameOf } from '../../network.ts'

/**
 * A task by its id, on whichever chain it lives.
 *
 * @throws IdUnknownError when no known chain has it.
 */
export async function findTask({ client, chains }: Network, taskId: Hex): Promise<task.FoundTask> {
  const { task } = await import('@hanse/sdk')
  const found = await task.findTask(client, { taskId })
  if (found === undefined) throw new IdUnknownError({ what: 'task', id: taskId, known: chains.map(({ name }) => name) })
  return found
}

/**
 * What stands for review.
 *
 * @throws StepUselessError when nothing does.
 */
export async function workOf(network: Network, { taskId, found }: { taskId: Hex; found: task.FoundTask }): Promise<task.Work> {
  const { task } = await import('@hanse/sdk')
  const { value: work } = await task.getWork(network.client, { chainId: found.chainId, taskId })
  if (work !== undefined) return work
  const subject = `Task ${taskId} on ${nameOf(network, found.chainId)}`
  throw new StepUselessError({
    subject,
    fact: `is ${found.task.state}: no work stands for review`,
    next: `What it waits for: hanse why ${taskId}`,
  })
}

/** An amount with its coin, for people. */
export async function inCoins(
  { client }: Network,
  { chainId, token, amount }: { chainId: number; token: Hex; amount: bigint },
): Promise<string> {
  const [{ task }, { formatUnits }] = await Promise.all([import('@hanse/sdk'), import('viem')])
  const { value } = await task.getToken(client, { chainId, token })
  return `${formatUnits(amount, value.decimals)} ${value.symbol}`
}
