import type { Hex, Log } from 'viem'
import { taskAssignedEvent } from '../abis/taskEscrow.ts'
import { eventsOf } from '../actions/call.ts'
import type { Deployment } from '../types.ts'
import type { Actor } from './actor.ts'

const taskEscrowAbi = [taskAssignedEvent] as const

/** A task that is a worker's. */
export type TaskAssignment = {
  readonly taskId: Hex
  /** The worker of record. */
  readonly worker: Actor
  /** The fencing token to submit with. */
  readonly token: number
  /** Absolute seconds: the last at which the worker may submit. */
  readonly deadline: number
}

/** Every assignment that a chain's escrow made, among logs. */
export function assignmentsIn(logs: readonly Log[], { taskEscrow: address }: Deployment): TaskAssignment[] {
  return eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskAssigned', logs }).map(({ args }) => {
    const { taskId, account, chainId, token, deadline } = args
    return { taskId, worker: { chainId: Number(chainId), account }, token, deadline }
  })
}
