// What all agents of a run know: the tasks at home, from events alone, followed once for all of them.
import { type Client, chainOf, type task } from '@hanse/sdk'
import { taskEscrowAbi } from '@hanse/sdk/abis'
import { watchEvents } from '@hanse/sdk/sync'
import type { Address, Hex } from 'viem'

/** A task as far as events tell. `token` rises with each assignment. */
export type Known = {
  readonly taskId: Hex
  readonly terms: task.Terms
  readonly token: number
  readonly worker: { readonly chainId: number; readonly account: Address } | undefined
  readonly deliverable: Hex | undefined
  readonly isOver: boolean
}

/** The tasks, and a way to wait for one to come to a point. */
export type Board = {
  readonly tasks: ReadonlyMap<Hex, Known>
  /** Called for each task when it is first seen, and again whenever it moves. */
  onMove(listener: (known: Known) => void): void
  /** The task once it fits; undefined when it does not within `milliseconds`. */
  waitFor(taskId: Hex, fits: (known: Known) => boolean, milliseconds: number): Promise<Known | undefined>
}

type Follow = { readonly client: Client; readonly home: number; readonly signal: AbortSignal; readonly onError: (error: unknown) => void }

/** Follows the tasks of a chain until the signal. */
export function followBoard(follow: Follow): Board {
  const tasks = new Map<Hex, Known>()
  const listeners: ((known: Known) => void)[] = []
  const waiting = new Map<Hex, Set<() => void>>()
  const move = (known: Known) => {
    tasks.set(known.taskId, known)
    for (const wake of [...(waiting.get(known.taskId) ?? [])]) wake()
    for (const listener of listeners) listener(known)
  }
  read(follow, tasks, move).catch(follow.onError)
  const changed = (taskId: Hex, milliseconds: number) =>
    new Promise<void>((resolve) => {
      const wakers = waiting.get(taskId) ?? new Set()
      waiting.set(taskId, wakers)
      const done = () => {
        clearTimeout(timer)
        wakers.delete(done)
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      wakers.add(done)
    })
  return {
    tasks,
    onMove: (listener) => void listeners.push(listener),
    async waitFor(taskId, fits, milliseconds) {
      const end = performance.now() + milliseconds
      for (;;) {
        const known = tasks.get(taskId)
        if (known !== undefined && fits(known)) return known
        const left = end - performance.now()
        if (left <= 0 || follow.signal.aborted) return undefined
        await changed(taskId, left)
      }
    },
  }
}

async function read({ client, home, signal }: Follow, tasks: ReadonlyMap<Hex, Known>, move: (known: Known) => void): Promise<void> {
  const { rpcUrls, finality, deployment } = chainOf(client, home)
  const events = watchEvents({
    ...{ chainId: home, rpcUrls, finality, startBlock: BigInt(deployment.startBlock), address: deployment.taskEscrow, abi: taskEscrowAbi },
    eventName: ['TaskOpened', 'TaskAssigned', 'TaskSubmitted', 'TaskReopened', 'TaskReceipt'],
    ...{ pollMs: client.pollingIntervalMs, timeoutMs: client.timeoutMs, signal },
  })
  for await (const { eventName, args, status } of events) {
    if (status === 'reverted') continue
    const known = tasks.get(args.taskId)
    if (eventName === 'TaskOpened' && known === undefined) {
      const { taskId, terms } = args
      move({ taskId, terms, token: 0, worker: undefined, deliverable: undefined, isOver: false })
    }
    if (known === undefined || known.isOver) continue
    if (eventName === 'TaskReceipt') move({ ...known, isOver: true })
    if (eventName === 'TaskSubmitted' && known.deliverable === undefined) move({ ...known, deliverable: args.deliverable })
    if (eventName === 'TaskAssigned' && args.token > known.token)
      move({ ...known, token: args.token, worker: { chainId: Number(args.chainId), account: args.account } })
  }
}
