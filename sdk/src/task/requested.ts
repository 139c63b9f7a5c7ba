import type { Hex, Log } from 'viem'
import { taskRequestedEvent } from '../abis/taskPortal.ts'
import { eventsOf } from '../actions/call.ts'
import type { Deployment } from '../types.ts'

const taskPortalAbi = [taskRequestedEvent] as const

/** A request on its way home. Nothing is binding until home answers. */
export type TaskRequest = {
  readonly via: 'portal'
  readonly homeChainId: number
  readonly taskId: Hex
  /** The message that carries it. */
  readonly sendId: Hex
}

/** The first request that a chain's portal sent, among logs. */
export function requestIn(logs: readonly Log[], { taskPortal: address }: Deployment): TaskRequest | undefined {
  const [requested] = eventsOf({ abi: taskPortalAbi, address, eventName: 'TaskRequested', logs })
  if (requested === undefined) return undefined
  const { homeChainId, taskId, sendId } = requested.args
  return { via: 'portal', homeChainId: Number(homeChainId), taskId, sendId }
}
