import { formatLog, type Hex, isAddressEqual, type Log, numberToHex, parseEventLogs, toEventSelector, zeroHash } from 'viem'
import { getBlock } from 'viem/actions'
import { endingValues } from '../abis/enums.ts'
import {
  prerequisitesMetEvent,
  taskAssignedEvent,
  taskOpenedEvent,
  taskProposedEvent,
  taskReceiptEvent,
  taskReopenedEvent,
} from '../abis/taskEscrow.ts'
import { batching } from '../actions/batching.ts'
import { isMined } from '../actions/logs.ts'
import { type Client, chainOf } from '../client.ts'
import { enumValue } from '../enumValue.ts'
import { toCallError } from '../errors/call.ts'
import { FormatError } from '../errors/format.ts'
import { isEnd } from './isEnd.ts'
import { taskIdOf } from './taskId.ts'
import type { Terms } from './terms.ts'

const taskEscrowAbi = [
  prerequisitesMetEvent,
  taskAssignedEvent,
  taskOpenedEvent,
  taskProposedEvent,
  taskReceiptEvent,
  taskReopenedEvent,
] as const

/** What `look` takes. */
export type LookParameters = {
  /** The home of the tasks. */
  readonly chainId: number
  /** A block before which none of the tasks was opened. Default: the deployment's start block. Some nodes serve so many blocks at most. */
  readonly fromBlock?: bigint
}

/** A task that waits for somebody. */
export type OpenTask = {
  readonly taskId: Hex
  readonly terms: Terms
  /** The fencing token of its last assignment; 0: it had none. */
  readonly token: number
  /** The block since which it is open: its hash is a `seed` for `rankOf` that nobody knew when the terms were made. */
  readonly since: { readonly blockNumber: bigint; readonly blockHash: Hex }
  /** Whether its prerequisites are known to be met, or it has none. */
  readonly isReady: boolean
}

/** What an agent needs to know of the tasks of a chain to take one. */
export type TasksInView = {
  /** Oldest first. Those whose `openUntil` has passed are left out. */
  readonly tasks: readonly OpenTask[]
  /** The block that this is of. */
  readonly blockNumber: bigint
  /** Seconds, by the chain's clock. */
  readonly timestamp: number
}

/**
 * Every task at home on a chain that is open, with its terms, in one batched request: what an agent that joins late needs before its first claim. Ids are
 * recomputed from the terms, so a node cannot pass off others; one that leaves out that a task was taken costs a claim that is refused before it is sent.
 * To follow tasks from then on, see `createAgent` of `@hanse/sdk/runtime`.
 *
 * @throws FormatError when a node's event contradicts its terms; ChainUnreachableError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { tasks } = await task.look(client, { chainId: 1 })
 * const [first] = tasks.filter(({ terms, isReady }) => isReady && terms.reward >= 10n ** 18n)
 * if (first !== undefined) await task.claim.sync(client, { chainId: 1, homeChainId: 1, terms: first.terms, sponsor })
 * ```
 */
export async function look(client: Client, parameters: LookParameters): Promise<TasksInView> {
  const { chainId } = parameters
  try {
    for (let attempt = 1; ; attempt++) {
      const found = await lookOnce(client, parameters)
      if (found !== undefined) return found
      const expected = 'those of the block that it calls its newest'
      if (attempt >= attempts)
        throw new FormatError({ subject: `Chain ${chainId}`, fact: 'gives logs of another block each time', expected })
    }
  } catch (error) {
    throw await toCallError({ error, verb: 'task.look', chainId })
  }
}

const attempts = 4

/** Undefined: a reorganisation came in the middle of the batch. */
async function lookOnce(client: Client, { chainId, fromBlock }: LookParameters): Promise<TasksInView | undefined> {
  const { deployment } = chainOf(client, chainId)
  const { taskEscrow: address } = deployment
  const connection = batching(client, chainId)
  const from = numberToHex(fromBlock ?? BigInt(deployment.startBlock))
  const [block, raw] = await Promise.all([
    getBlock(connection, { blockTag: 'latest' }),
    connection.request({ method: 'eth_getLogs', params: [{ address, topics: [topics], fromBlock: from, toBlock: 'latest' }] }),
  ])
  const mined = raw.map((log) => formatLog(log)).filter(isMined)
  // What came after the block is for the next look.
  const logs = mined.filter(({ blockNumber }) => blockNumber <= block.number)
  if (logs.some(({ blockNumber, blockHash }) => blockNumber === block.number && blockHash !== block.hash)) return undefined
  const timestamp = Number(block.timestamp)
  const tasks = openIn(logs, { chainId, escrow: address }).filter(({ terms }) => terms.openUntil >= timestamp)
  return { tasks, blockNumber: block.number, timestamp }
}

const topics = taskEscrowAbi.map((item) => toEventSelector(item))

type MinedLog = Log<bigint, number, false>

type Home = { readonly chainId: number; readonly escrow: Hex }

/** What is open after all of this. */
function openIn(logs: readonly MinedLog[], { chainId, escrow }: Home): readonly OpenTask[] {
  const known = new Map<Hex, OpenTask & { readonly isOpen: boolean }>()
  const change = (taskId: Hex, next: Partial<OpenTask> & { readonly isOpen?: boolean }) => {
    const before = known.get(taskId)
    if (before !== undefined) known.set(taskId, { ...before, ...next })
  }
  const own = logs.filter((log) => isAddressEqual(log.address, escrow))
  for (const event of parseEventLogs({ abi: taskEscrowAbi, logs: own, strict: true })) {
    const { taskId } = event.args
    const since = { blockNumber: event.blockNumber, blockHash: event.blockHash }
    switch (event.eventName) {
      case 'TaskOpened': {
        const { terms } = event.args
        const actual = taskIdOf({ chainId, escrow, terms })
        if (actual !== taskId) throw new FormatError({ subject: `Task ${taskId}`, fact: `its terms hash to ${actual}`, expected: 'its id' })
        known.set(taskId, { taskId, terms, token: 0, since, isReady: terms.prerequisites === zeroHash, isOpen: true })
        break
      }
      case 'PrerequisitesMet':
        change(taskId, { isReady: true })
        break
      case 'TaskReopened':
        change(taskId, { isOpen: true, token: event.args.token, since })
        break
      case 'TaskReceipt':
        if (isEnd(enumValue(endingValues, event.args.ending))) known.delete(taskId)
        break
      default:
        change(taskId, { isOpen: false })
    }
  }
  return [...known.values()].filter(({ isOpen }) => isOpen).map(({ isOpen: _, ...task }) => task)
}
