import type { Address, Hex } from 'viem'
import type { Client } from '../client.ts'
import { getTask, type TaskView } from '../task/getTask.ts'
import { getTerms } from '../task/getTasks.ts'
import type { Terms } from '../task/terms.ts'
import type { Why, WhyOwner } from './answer.ts'

type Row = Pick<Why, 'code' | 'owner' | 'nextAction' | 'deadline'>

/**
 * Why a task stands where it stands: who has to act, until when, and what anyone may do after that.
 *
 * @param parameters.chainId The task's home.
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code, nextAction } = await why.whyTask(client, { chainId: 1, taskId })
 * console.log(code, nextAction) // 'TaskExpiryDue' 'Call `expire`: the reward returns to the requester.'
 * ```
 */
export async function whyTask(client: Client, { chainId, taskId }: { readonly chainId: number; readonly taskId: Hex }): Promise<Why> {
  const { value: task, freshness } = await getTask(client, { chainId, taskId })
  const { value: terms } = await getTerms(client, { chainId, taskId, at: freshness.blockNumber })
  const now = Number(freshness.blockTimestamp)
  const evidence = { state: task.state, token: `${task.token}`, steppedAt: `${task.steppedAt}`, now: `${now}` }
  const row = terms === undefined ? unknownRow : rowOf({ task, terms, now, chainId })
  return { ...row, evidence, freshness: [freshness] }
}

const unknownRow: Row = {
  code: 'TaskUnknown',
  owner: { kind: 'nobody' },
  nextAction: 'Check the id and the home chain: no such task was posted there.',
  deadline: undefined,
}

type Place = { readonly task: TaskView; readonly terms: Terms; readonly now: number; readonly chainId: number }

function rowOf(place: Place): Row {
  const { state } = place.task
  if (state === 'Open') return openRow(place)
  if (state === 'Assigned') return assignedRow(place)
  if (state === 'Submitted') return submittedRow(place)
  return {
    code: `Task${state}`,
    owner: { kind: 'nobody' },
    nextAction: 'Nothing: the task is over. Payments that failed wait for `withdraw`.',
    deadline: undefined,
  }
}

function openRow({ terms, now }: Place): Row {
  return timed({
    now,
    actUntil: terms.openUntil,
    dueAfter: terms.openUntil + terms.grace,
    act: { code: 'TaskAwaitsClaim', owner: { kind: 'anyone' }, nextAction: 'Call `claim` with a deposit that covers the bond.' },
    due: { code: 'TaskExpiryDue', nextAction: 'Call `expire`: the reward returns to the requester.' },
  })
}

function assignedRow({ task, terms, now, chainId }: Place): Row {
  const until = task.workDeadline ?? task.steppedAt
  return timed({
    now,
    actUntil: until,
    dueAfter: until + terms.grace,
    act: {
      code: 'TaskAwaitsWork',
      owner: account(task.worker?.account, task.worker?.chainId ?? chainId),
      nextAction: 'The worker calls `submit`.',
    },
    due: { code: 'TaskLapseDue', nextAction: 'Call `lapse`: the task is open again, or over, and the worker pays its share.' },
  })
}

function submittedRow({ task, terms, now, chainId }: Place): Row {
  const until = task.steppedAt + terms.reviewWindow
  return timed({
    now,
    actUntil: until,
    dueAfter: until + terms.grace,
    act: { code: 'TaskAwaitsVerdict', owner: account(terms.evaluator, chainId), nextAction: 'The evaluator calls `decide`.' },
    due: { code: 'TaskSettlementDue', nextAction: 'Call `settle`: silence pays the worker what the terms say.' },
  })
}

type Timed = {
  readonly now: number
  readonly actUntil: number
  readonly dueAfter: number
  readonly act: Omit<Row, 'deadline'>
  readonly due: Omit<Row, 'deadline' | 'owner'>
}

/** An action counts until its deadline; its default counts after deadline and grace; between the two everybody waits. */
function timed({ now, actUntil, dueAfter, act, due }: Timed): Row {
  if (now <= actUntil) return { ...act, deadline: actUntil }
  if (now > dueAfter) return { ...due, owner: { kind: 'anyone' }, deadline: undefined }
  const nextAction = `Wait until the grace ends at ${dueAfter}; a message on its way may still count. Then: ${due.nextAction}`
  return { code: 'TaskAwaitsGrace', owner: { kind: 'nobody' }, nextAction, deadline: dueAfter }
}

function account(address: Address | undefined, chainId: number): WhyOwner {
  return address === undefined ? { kind: 'nobody' } : { kind: 'account', account: address, chainId }
}
