import { blockCall, resultOf, toHeader, toLogs, toQuantity } from './answers.ts'
import { ProvidersDisagreeError, RpcRefusedError, RpcUnavailableError, StateMissingError } from './errors.ts'
import { laneCalls, toLaneState } from './lanes.ts'
import type { RpcCall, RpcReply, Transport } from './rpc.ts'
import type { BlockHeader, BlockRef, LaneSource, LaneState, SyncLog, SyncSource } from './types.ts'

/** What providers agree on about a range that is final. */
export type FinalRange = { readonly to: BlockHeader; readonly logs: readonly SyncLog[]; readonly lanes: readonly LaneState[] }

/** The filter of `eth_getLogs` for all sources at once. */
export function logFilter(sources: readonly SyncSource[]): Record<string, unknown> {
  const topics = sources.flatMap((source) => source.topics ?? [])
  const isOpen = sources.some((source) => source.topics === undefined)
  return { address: sources.map((source) => source.address), ...(isOpen ? {} : { topics: [[...new Set(topics)]] }) }
}

/** Only the logs that a source wants: one filter for all sources lets some through that none asked for. */
export function wantedLogs({ sources, logs }: { sources: readonly SyncSource[]; logs: readonly SyncLog[] }): readonly SyncLog[] {
  const wanted = new Map(sources.map((source) => [source.address.toLowerCase(), source.topics]))
  return logs.filter((log) => {
    if (!wanted.has(log.address)) return false
    const topics = wanted.get(log.address)
    const first = log.topics[0]
    return topics === undefined || (first !== undefined && topics.includes(first))
  })
}

/**
 * Reads a final range from several providers, each in one request: its last block before and after, its logs, and the lanes at its end.
 *
 * @throws ProvidersDisagreeError when fewer than `needed` say the same.
 * @throws RpcRefusedError when too few answered and one of them refused: the range may be too large.
 */
export async function readFinalRange(parameters: readFinalRange.Parameters): Promise<FinalRange> {
  const { chainId, transports, needed, from, to } = parameters
  const answers = parameters.answers ?? (await Promise.allSettled(transports.map((transport) => readFrom({ ...parameters, transport }))))
  const groups = new Map<string, FinalRange[]>()
  for (const answer of answers) {
    if (answer.status === 'rejected') continue
    const key = answers.length === 1 ? '' : fingerprint(answer.value)
    groups.set(key, [...(groups.get(key) ?? []), answer.value])
  }
  const best = [...groups.values()].sort((a, b) => b.length - a.length)[0] ?? []
  const agreed = best[0]
  if (agreed !== undefined && best.length >= needed) return agreed
  const failed = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : [])) // `reason` is typed any
  const refused = failed.find((error) => error instanceof RpcRefusedError || error instanceof StateMissingError)
  if (refused !== undefined) throw refused
  if (groups.size < 2 && failed.length > 0) throw failed[0]
  throw new ProvidersDisagreeError({ chainId, needed, best: best.length, detail: `blocks ${from} to ${to}` })
}

export declare namespace readFinalRange {
  type Parameters = RangeRequest & {
    chainId: number
    transports: readonly Transport[]
    needed: number
    /** What they said, where they were asked already. */
    answers?: readonly PromiseSettledResult<FinalRange>[] | undefined
  }
}

/** A range of final blocks, and what is wanted of it. */
export type RangeRequest = {
  readonly sources: readonly SyncSource[]
  readonly lanes: LaneSource | undefined
  readonly from: bigint
  readonly to: bigint
  /** The hash of the last block where it is known already; then everything is asked for by it. */
  readonly toHash: BlockRef['hash'] | undefined
}

/** The calls that read a range from one provider. */
export function rangeCalls({ sources, lanes, from, to, toHash }: RangeRequest): readonly RpcCall[] {
  const filter = { ...logFilter(sources), fromBlock: toQuantity(from), toBlock: toQuantity(to) }
  const reads = lanes === undefined ? [] : laneCalls({ source: lanes, at: toHash === undefined ? to : { number: to, hash: toHash } })
  return [blockCall(to), { method: 'eth_getLogs', params: [filter] }, ...reads, blockCall(to)]
}

async function readFrom({ transport, ...range }: RangeRequest & { transport: Transport }): Promise<FinalRange> {
  return toFinalRange({ transport, range, replies: await transport.send(rangeCalls(range)) })
}

/** Reads a range out of the answers to its calls. */
export function toFinalRange({ transport, range, replies }: toFinalRange.Parameters): FinalRange {
  const { sources, lanes, from, to, toHash } = range
  const calls = rangeCalls(range)
  const result = (index: number) => resultOf({ transport, call: calls[index] ?? blockCall(to), reply: replies[index] })
  const header = toHeader(transport, result(0))
  const after = toHeader(transport, result(calls.length - 1))
  if (header.hash !== after.hash || header.number !== to || (toHash !== undefined && toHash !== header.hash))
    throw new RpcUnavailableError({ provider: transport.name, detail: `block ${to} changed while it was read` })
  const logs = toLogs(transport, result(1))
  for (const log of logs) {
    const isOutside = log.blockNumber < from || log.blockNumber > to || (log.blockNumber === to && log.blockHash !== header.hash)
    if (isOutside)
      throw new RpcUnavailableError({ provider: transport.name, detail: `a log of block ${log.blockNumber} in the range ${from} to ${to}` })
  }
  const laneValue = (index: number): unknown => {
    try {
      return result(2 + index)
    } catch (cause) {
      throw cause instanceof RpcRefusedError ? new StateMissingError({ provider: transport.name, block: to, cause }) : cause
    }
  }
  const states = (lanes?.destinations ?? []).map((destination, index) => toLaneState({ transport, destination, value: laneValue(index) }))
  return { to: header, logs: wantedLogs({ sources, logs }), lanes: states }
}

export declare namespace toFinalRange {
  type Parameters = { transport: Transport; range: RangeRequest; replies: readonly RpcReply[] }
}

function fingerprint({ to, logs, lanes }: FinalRange): string {
  const words = logs.map((log) => [log.blockHash, log.logIndex, log.address, log.transactionHash, ...log.topics, log.data].join())
  return [to.hash, ...words, ...lanes.map((lane) => `${lane.nonce} ${lane.head}`)].join('\n')
}
