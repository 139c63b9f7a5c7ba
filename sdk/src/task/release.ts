import type { Log } from 'viem'
import { taskReopenedEvent } from '../abis/taskEscrow.ts'
import { eventsOf } from '../actions/call.ts'
import type { Deployment } from '../types.ts'
import { receiptsIn, type TaskReceipt } from './receipt.ts'

const taskEscrowAbi = [taskReopenedEvent] as const

/** An assignment that ended without work, and whether the task may be claimed again. */
export type TaskReleased = TaskReceipt & { readonly outcome: 'Reopened' | 'Over' }

/** The first assignment that ended without work, among logs: its receipt, not the one of the task that may come with it. */
export function releaseIn(logs: readonly Log[], deployment: Deployment): TaskReleased | undefined {
  const receipt = receiptsIn(logs, deployment).find(({ ending }) => ending === 'Lapse' || ending === 'GiveUp')
  if (receipt === undefined) return undefined
  const reopened = eventsOf({ abi: taskEscrowAbi, address: deployment.taskEscrow, eventName: 'TaskReopened', logs })
  const isReopened = reopened.some(({ args }) => args.taskId === receipt.taskId)
  return { ...receipt, outcome: isReopened ? 'Reopened' : 'Over' }
}
