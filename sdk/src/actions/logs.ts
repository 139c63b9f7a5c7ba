import type { AbiEvent, Address, Hex, Log } from 'viem'
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
