import { blockCall, request, toBloomedHeader, toLogs } from './answers.ts'
import { ChainMovedError } from './errors.ts'
import { logFilter, wantedLogs } from './finalRange.ts'
import type { Transport } from './rpc.ts'
import type { BlockHeader, BlockRef, BloomedHeader, SyncBlock, SyncSource } from './types.ts'

/** Most headers asked for in one step. */
const maxHeaders = 64n

/**
 * How many blocks of the tail, counted from its start, still are part of the chain whose top is `latest`. A top that lies lower on the same
 * chain takes nothing away: the provider lags, and what was seen above is judged when the chain is there again.
 */
export async function keptLength({ transport, tail, latest, next }: keptLength.Parameters): Promise<number> {
  const top = tail.at(-1)
  if (top === undefined || [latest.hash, latest.parentHash, next?.parentHash].includes(top.hash)) return tail.length
  const known = tail.find((block) => block.number === latest.number)
  if (known?.hash === latest.hash || (tail[0] !== undefined && latest.number < tail[0].number)) return tail.length
  if (latest.number > top.number) {
    const [header] = await readHeaders({ transport, numbers: [top.number] })
    if (header?.hash === top.hash) return tail.length
  }
  const candidates = tail.filter((block) => block.number <= latest.number)
  for (let end = candidates.length; end > 0; end -= Number(maxHeaders)) {
    const slice = candidates.slice(Math.max(0, end - Number(maxHeaders)), end)
    const headers = await readHeaders({ transport, numbers: slice.map((block) => block.number) })
    const kept = slice.findLastIndex((block, index) => block.hash === headers[index]?.hash)
    if (kept >= 0) return Math.max(0, end - Number(maxHeaders)) + kept + 1
  }
  return 0
}

export declare namespace keptLength {
  type Parameters = {
    transport: Transport
    tail: readonly SyncBlock[]
    latest: BlockHeader
    /** The block after the tail, where it is known already. */
    next: BlockHeader | undefined
  }
}

/**
 * The blocks that follow `base` up to `latest` (at most 64), each the parent of the next, with their logs asked for by block hash, unless the
 * block's own filter says that there are none.
 *
 * @throws ChainMovedError when they do not follow: the chain changed below, which the next step looks at.
 */
export async function readTail(parameters: readTail.Parameters): Promise<readonly SyncBlock[]> {
  const { transport, chainId, sources, base, latest, next, mayHold } = parameters
  if (latest.number <= base.number) return []
  const end = latest.number - base.number > maxHeaders ? base.number + maxHeaders : latest.number
  const numbers: bigint[] = []
  for (let number = base.number + 1n; number <= end && number < latest.number; number++) numbers.push(number)
  const isNext = next !== undefined && numbers[0] === next.number
  const read = await readHeaders({ transport, numbers: isNext ? numbers.slice(1) : numbers })
  const headers = [...(isNext ? [next] : []), ...read, ...(end === latest.number ? [latest] : [])]
  let parent = base
  for (const header of headers) {
    if (header.parentHash !== parent.hash || header.number !== parent.number + 1n)
      throw new ChainMovedError({ chainId, detail: `block ${header.number} does not follow ${parent.hash}` })
    parent = header
  }
  const filter = logFilter(sources)
  const open = headers.filter(mayHold)
  const calls = open.map((header) => ({ method: 'eth_getLogs', params: [{ ...filter, blockHash: header.hash }] }))
  const answers = await request(transport, calls)
  return headers.map(({ number, hash, parentHash, timestamp }) => {
    const place = open.findIndex((header) => header.hash === hash)
    const logs = place < 0 ? [] : wantedLogs({ sources, logs: toLogs(transport, answers[place]) })
    if (logs.some((log) => log.blockHash !== hash)) throw new ChainMovedError({ chainId, detail: `logs of another block came for ${hash}` })
    return { number, hash, parentHash, timestamp, logs }
  })
}

export declare namespace readTail {
  type Parameters = {
    transport: Transport
    chainId: number
    sources: readonly SyncSource[]
    base: BlockRef
    latest: BloomedHeader
    /** The block after `base`, where it is known already. */
    next: BloomedHeader | undefined
    /** Whether a block may hold an event, by its header. */
    mayHold: (header: BloomedHeader) => boolean
  }
}

/** The block before the first one that can hold an event, to hang the tail on while nothing is final yet. */
export async function readBase({ transport, startBlock }: { transport: Transport; startBlock: bigint }): Promise<BlockHeader | undefined> {
  const [base] = await readHeaders({ transport, numbers: [startBlock > 0n ? startBlock - 1n : 0n] })
  return base
}

async function readHeaders({
  transport,
  numbers,
}: {
  transport: Transport
  numbers: readonly bigint[]
}): Promise<readonly BloomedHeader[]> {
  return (await request(transport, numbers.map(blockCall))).map((value) => toBloomedHeader(transport, value))
}
