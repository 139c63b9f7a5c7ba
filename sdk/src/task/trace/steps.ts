import { type Hex, type Log, parseEventLogs } from 'viem'
import { endingValues, portalActionValues, refusalValues } from '../../abis/enums.ts'
import { taskEscrowAbi } from '../../abis/taskEscrow.ts'
import { taskPortalAbi } from '../../abis/taskPortal.ts'
import type { Step, TraceKind } from './types.ts'

/** A log that a block holds. */
export type MinedLog = Log<bigint, number, false>

/** The word for each event of the escrow. */
const kindOf: Readonly<Record<string, TraceKind>> = {
  TaskOpened: 'opened',
  TaskProposed: 'proposed',
  TaskAssigned: 'assigned',
  TaskSubmitted: 'submitted',
  RevisionRequested: 'revised',
  TaskContested: 'contested',
  TaskDisputed: 'disputed',
  TaskSuspected: 'suspected',
  SuspicionAnswered: 'alive',
  PrerequisitesMet: 'ready',
  ChildOpened: 'delegated',
  ChildRefunded: 'refunded',
  BondMoved: 'bond',
  TaskReceipt: 'ended',
  TaskReopened: 'reopened',
}

/** What the escrow's events say about a task. */
export function stepsAtHome(logs: readonly MinedLog[], chainId: number): readonly Step[] {
  return parseEventLogs({ abi: taskEscrowAbi, logs: [...logs], strict: true }).map((log) => {
    const { eventName, args } = log
    const kind = kindOf[eventName] ?? 'other'
    const more = kind === 'other' ? { event: eventName } : {}
    return { ...placeOf(log, chainId), kind, sendId: undefined, detail: { ...more, ...detailOf(eventName, args) } }
  })
}

/** What a portal's events say about a task: what was asked there, and what was answered. */
export function stepsAtPortal(logs: readonly MinedLog[], chainId: number): readonly Step[] {
  return parseEventLogs({ abi: taskPortalAbi, logs: [...logs], strict: true }).map((log) => {
    const isRequest = log.eventName === 'TaskRequested'
    const kind = isRequest ? 'requested' : 'told'
    return { ...placeOf(log, chainId), kind, sendId: isRequest ? log.args.sendId : undefined, detail: detailOf(log.eventName, log.args) }
  })
}

/** Where a log stands. */
export function placeOf({ blockNumber, transactionHash, logIndex }: MinedLog, chainId: number) {
  return { chainId, blockNumber, transactionHash, place: logIndex }
}

/** The fields that say nothing more in the story of this task. What is no single value fits no line, either. */
const left = new Set(['taskId', 'sendId', 'homeChainId'])

function detailOf(eventName: string, args: object): Readonly<Record<string, string>> {
  const fields = new Map<string, unknown>(Object.entries(args))
  const told = [...fields].filter(([name, value]) => !left.has(name) && typeof value !== 'object')
  const words = told.map(([name, value]) => [name, wordOf(name, value)] as const)
  return { ...Object.fromEntries(words), ...(eventName === 'TaskReceipt' ? { pay: payOf(fields) } : {}), ...rewardOf(fields.get('terms')) }
}

const enums: Readonly<Record<string, readonly string[]>> = { action: portalActionValues, refusal: refusalValues, ending: endingValues }

function wordOf(name: string, value: unknown): string {
  return enums[name]?.[Number(value)] ?? String(value)
}

/** What the worker is due, in base units. */
function payOf(fields: ReadonlyMap<string, unknown>): string {
  const [price, verdict] = [fields.get('price'), fields.get('verdict')]
  return typeof price === 'bigint' && typeof verdict === 'number' ? `${(price * BigInt(verdict)) / 10_000n}` : '0'
}

function rewardOf(terms: unknown): Readonly<Record<string, string>> {
  if (typeof terms !== 'object' || terms === null || !('reward' in terms) || !('token' in terms)) return {}
  return { reward: String(terms.reward), token: String(terms.token) }
}

/** A task's id as a topic or within a payload. */
export const idIn = (payload: Hex, taskId: Hex): boolean => payload.toLowerCase().includes(taskId.slice(2).toLowerCase())
