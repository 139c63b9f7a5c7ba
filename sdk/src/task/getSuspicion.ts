import { type Address, getAbiItem, type Hex, type Log } from 'viem'
import { readContract } from 'viem/actions'
import { suspicionOfFunction, taskAssignedEvent, taskSuspectedEvent } from '../abis/taskEscrow.ts'
import { eventsOf } from '../actions/call.ts'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf, newestOf } from '../actions/logs.ts'
import { taskIdOf } from './taskId.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [suspicionOfFunction, taskAssignedEvent, taskSuspectedEvent] as const

/** A doubt that waits for the worker's answer. */
export type Suspicion = {
  readonly by: Address
  /** Absolute seconds: the last at which the worker may answer. */
  readonly until: number
  /** Base units: the worker's if it answers. */
  readonly bond: bigint
}

/** What `getSuspicion` takes. */
export type GetSuspicionParameters = ReadParameters & { readonly taskId: Hex }

/**
 * The doubt about an assignment that waits for an answer, or undefined when none does.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value } = await task.getSuspicion(client, { chainId: 1, taskId })
 * if (value !== undefined) await task.alive.sync(client, { chainId: 1, taskId })
 * ```
 */
export const getSuspicion = /* @__PURE__ */ defineRead<GetSuspicionParameters, Suspicion | undefined>(
  'task.getSuspicion',
  (context, { taskId }) => suspicionOf(context, taskId),
)

/** What `getSuspicionBond` takes. */
export type GetSuspicionBondParameters = ReadParameters & { readonly terms: Terms }

/**
 * What the next doubt about the current assignment costs, in base units: the terms' suspect bond, doubled for each doubt before.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value: amount } = await task.getSuspicionBond(client, { chainId: 1, terms })
 * await task.approve.sync(client, { chainId: 1, token: terms.token, amount })
 * ```
 */
export const getSuspicionBond = /* @__PURE__ */ defineRead<GetSuspicionBondParameters, bigint>(
  'task.getSuspicionBond',
  (context, { terms }) => suspicionBondOf(context, terms),
)

/** Counts the doubts so far, and says what the next one costs. */
export async function suspicionBondOf(context: ReadContext, terms: Terms): Promise<bigint> {
  const { chainId, deployment } = context.chain
  const taskId = taskIdOf({ chainId, escrow: deployment.taskEscrow, terms })
  return terms.suspectBond << BigInt(await doubtsOf(context, taskId))
}

/** Reads the doubt that waits. */
export async function suspicionOf({ connection, chain, blockNumber }: ReadContext, taskId: Hex): Promise<Suspicion | undefined> {
  const [by, until, bond] = await readContract(connection, {
    abi: taskEscrowAbi,
    address: chain.deployment.taskEscrow,
    blockNumber,
    functionName: 'suspicionOf',
    args: [taskId],
  })
  return until === 0 ? undefined : { by, until, bond }
}

/** How often the current assignment was doubted. */
async function doubtsOf(context: ReadContext, taskId: Hex): Promise<number> {
  const { taskEscrow: address } = context.chain.deployment
  const query = (name: 'TaskAssigned' | 'TaskSuspected') => ({ address, event: getAbiItem({ abi: taskEscrowAbi, name }), args: { taskId } })
  const assigned = await newestOf(context, query('TaskAssigned'), (logs) =>
    eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskAssigned', logs }).at(-1),
  )
  if (assigned === undefined) return 0
  const logs = await logsOf(context, { ...query('TaskSuspected'), fromBlock: assigned.blockNumber })
  return eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskSuspected', logs }).filter((doubt) => isAfter(doubt, assigned)).length
}

type Place = Pick<Log<bigint, number, false>, 'blockNumber' | 'logIndex'>

function isAfter(one: Place, other: Place): boolean {
  return one.blockNumber === other.blockNumber ? one.logIndex > other.logIndex : one.blockNumber > other.blockNumber
}
