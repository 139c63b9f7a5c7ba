import { type Client, chainOf, task } from '@hanse/sdk'
import { taskEscrowAbi, taskPortalAbi } from '@hanse/sdk/abis'
import { portalActionValues } from '@hanse/sdk/enums'
import { watchEvents } from '@hanse/sdk/sync'
import type { Hex } from 'viem'

/** A task as its home chain tells of it now. */
export type TaskOnBoard = { readonly taskId: Hex; readonly terms: task.Terms; readonly now: task.TaskView }

/** All tasks of one escrow. It knows no list but the chain: events say that something changed, the state says what. */
export type Board = {
  tasks: ReadonlyMap<Hex, TaskOnBoard>
  /** Whether a claim of it was sent lately through any portal, and may still be under way. */
  isClaimed(taskId: Hex): boolean
  /** Resolves at the next change, or after `milliseconds`. */
  changed(milliseconds: number): Promise<void>
  /** Waits until a task fits; undefined when it does not within `milliseconds`. */
  waitFor(taskId: Hex, fits: (task: TaskOnBoard) => boolean, milliseconds: number): Promise<TaskOnBoard | undefined>
}

/** Milliseconds for which a claim may be under way: inclusion, finality, delivery. */
const underWayMs = 12_000

type WatchParameters = { client: Client; home: number; signal: AbortSignal; onError: (error: unknown) => void }

/** Follows the tasks at home until the signal; `onError` hears when that is no longer possible. */
export function watchBoard(parameters: WatchParameters): Board {
  const tasks = new Map<Hex, TaskOnBoard>()
  const listeners = new Set<() => void>()
  const wake = () => {
    for (const listener of [...listeners]) listener()
  }
  const claimedAt = new Map<Hex, number>()
  followTasks(parameters, tasks, wake).catch(parameters.onError)
  for (const chainId of parameters.client.chains.keys()) followClaims(parameters, chainId, claimedAt).catch(parameters.onError)

  const changed = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        listeners.delete(done)
        resolve()
      }
      const timer = setTimeout(done, Math.max(0, milliseconds))
      listeners.add(done)
    })
  const waitFor: Board['waitFor'] = async (taskId, fits, milliseconds) => {
    const end = performance.now() + milliseconds
    while (!parameters.signal.aborted) {
      const found = tasks.get(taskId)
      if (found && fits(found)) return found
      const left = end - performance.now()
      if (left <= 0) return undefined
      await changed(left)
    }
    return undefined
  }
  const isClaimed = (taskId: Hex) => performance.now() - (claimedAt.get(taskId) ?? Number.NEGATIVE_INFINITY) < underWayMs
  return { tasks, isClaimed, changed, waitFor }
}

async function followTasks({ client, home, signal }: WatchParameters, tasks: Map<Hex, TaskOnBoard>, onChange: () => void): Promise<void> {
  const { rpcUrls, finality, deployment } = chainOf(client, home)
  const termsOf = new Map<Hex, task.Terms>()
  const events = watchEvents({
    chainId: home,
    rpcUrls,
    finality,
    startBlock: BigInt(deployment.startBlock),
    address: deployment.taskEscrow,
    abi: taskEscrowAbi,
    eventName: ['TaskOpened', 'TaskAssigned', 'TaskSubmitted', 'TaskReopened', 'TaskReceipt'],
    signal,
  })
  for await (const event of events) {
    if (event.eventName === 'TaskOpened') termsOf.set(event.args.taskId, event.args.terms)
    const { taskId } = event.args
    const terms = termsOf.get(taskId)
    if (!terms) continue
    const { value: now } = await task.getTask(client, { chainId: home, taskId })
    tasks.set(taskId, { taskId, terms, now })
    onChange()
  }
}

/** Claims sent through one chain's portal. They only say whom to leave alone; who has the task, home says. */
async function followClaims({ client, signal }: WatchParameters, chainId: number, claimedAt: Map<Hex, number>): Promise<void> {
  const { rpcUrls, finality, deployment } = chainOf(client, chainId)
  const events = watchEvents({
    chainId,
    rpcUrls,
    finality,
    startBlock: BigInt(deployment.startBlock),
    address: deployment.taskPortal,
    abi: taskPortalAbi,
    eventName: 'TaskRequested',
    signal,
  })
  for await (const { status, args } of events) {
    if (status === 'committed' && portalActionValues[args.action] === 'Claim') claimedAt.set(args.taskId, performance.now())
  }
}
