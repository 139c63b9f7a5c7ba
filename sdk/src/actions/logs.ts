import { type AbiEvent, type Address, formatLog, type Hex, type Log, numberToHex } from 'viem'
import { getLogs } from 'viem/actions'
import type { ReadContext } from './defineRead.ts'

/** Blocks per request for logs: what public nodes allow. */
const chunk = 5_000n

/** Which logs to fetch. */
export type LogQuery = {
  readonly address: Address
  readonly event: AbiEvent
  /** Only those with these indexed arguments, of the type in which they are decoded. */
  readonly args?: Readonly<Record<string, Hex | bigint | number | undefined>>
  /** Default: the deployment's start block. */
  readonly fromBlock?: bigint | undefined
  /** Default: the block that is read at. */
  readonly toBlock?: bigint | undefined
}

/** The logs of one event of one contract in their order, fetched in pieces that public nodes serve. */
export async function logsOf(context: ReadContext, { address, event, args, fromBlock, toBlock }: LogQuery): Promise<Log[]> {
  const { connection, chain, blockNumber } = context
  const last = toBlock ?? blockNumber
  const found: Log[] = []
  for (let from = fromBlock ?? BigInt(chain.deployment.startBlock); from <= last; from += chunk) {
    const to = from + chunk - 1n < last ? from + chunk - 1n : last
    found.push(...(await getLogs(connection, { address, event, ...(args === undefined ? {} : { args }), fromBlock: from, toBlock: to })))
  }
  return found
}

/** Which logs to fetch, by their topics as the node compares them: null fits all, a list fits any of its words. */
export type TopicQuery = {
  readonly address: Address
  readonly topics: readonly (Hex | readonly Hex[] | null)[]
  readonly fromBlock: bigint
}

/** The logs of any events of one contract that have these topics, in their order, fetched in the same pieces. */
export async function logsWith(context: ReadContext, { address, topics, fromBlock }: TopicQuery): Promise<Log<bigint, number, false>[]> {
  const { connection, blockNumber: last } = context
  const found: Log<bigint, number, false>[] = []
  for (let from = fromBlock; from <= last; from += chunk) {
    const to = from + chunk - 1n < last ? from + chunk - 1n : last
    const range = { fromBlock: numberToHex(from), toBlock: numberToHex(to) }
    const logs = await connection.request({
      method: 'eth_getLogs',
      params: [{ address, topics: topics.map((topic) => (Array.isArray(topic) ? [...topic] : topic)), ...range }],
    })
    for (const log of logs.map((raw) => formatLog(raw))) if (isMined(log)) found.push(log)
  }
  return found
}

/** Whether a block holds it. */
export function isMined(log: Log): log is Log<bigint, number, false> {
  return log.blockNumber !== null && log.logIndex !== null && log.transactionHash !== null
}

/** What is picked from the newest logs of one event of one contract from which something can be: pieces are fetched from the last block backwards. */
export async function newestOf<value>(
  context: ReadContext,
  query: LogQuery,
  pick: (logs: readonly Log[]) => value | undefined,
): Promise<value | undefined> {
  const first = query.fromBlock ?? BigInt(context.chain.deployment.startBlock)
  for (let to = query.toBlock ?? context.blockNumber; to >= first; to -= chunk) {
    const from = to - chunk + 1n > first ? to - chunk + 1n : first
    const found = pick(await logsOf(context, { ...query, fromBlock: from, toBlock: to }))
    if (found !== undefined) return found
  }
  return undefined
}
