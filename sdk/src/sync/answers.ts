import type { Address, Hex } from 'viem'
import { RpcRefusedError, RpcUnavailableError } from './errors.ts'
import { isRecord, type RpcCall, type RpcReply, type Transport } from './rpc.ts'
import type { BlockHeader, BloomedHeader, SyncLog } from './types.ts'

/** A number as JSON-RPC writes it. */
export function toQuantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`
}

/** The result of a reply, or the error that it stands for. `null` is no answer: the provider does not have what must exist. */
export function resultOf({ transport, call, reply }: { transport: Transport; call: RpcCall; reply: RpcReply | undefined }): unknown {
  if (reply === undefined) throw new RpcUnavailableError({ provider: transport.name, detail: `${call.method} stayed unanswered` })
  if (!reply.ok)
    throw new RpcRefusedError({
      provider: transport.name,
      method: call.method,
      rpcCode: reply.code,
      detail: reply.message,
      data: reply.data,
    })
  if (reply.result === null || reply.result === undefined)
    throw new RpcUnavailableError({ provider: transport.name, detail: `${call.method} answered null` })
  return reply.result
}

/** Sends calls that must all be answered. */
export async function request(transport: Transport, calls: readonly RpcCall[]): Promise<readonly unknown[]> {
  if (calls.length === 0) return []
  const replies = await transport.send(calls)
  return calls.map((call, index) => resultOf({ transport, call, reply: replies[index] }))
}

/** The call for a block header by number or tag. */
export function blockCall(block: bigint | 'latest' | 'safe' | 'finalized'): RpcCall {
  return { method: 'eth_getBlockByNumber', params: [typeof block === 'bigint' ? toQuantity(block) : block, false] }
}

/** Reads a block header out of an answer. */
export function toHeader(transport: Transport, value: unknown): BlockHeader {
  if (!isRecord(value)) return malformed(transport, 'a block')
  return {
    number: toInteger(transport, value.number),
    hash: toHash(transport, value.hash),
    parentHash: toHash(transport, value.parentHash),
    timestamp: toInteger(transport, value.timestamp),
  }
}

/** Reads a block header out of an answer, with the filter of its events where there is one. */
export function toBloomedHeader(transport: Transport, value: unknown): BloomedHeader {
  const header = toHeader(transport, value)
  const bloom = isRecord(value) ? value.logsBloom : undefined
  return typeof bloom === 'string' && /^0x[0-9a-f]{512}$/i.test(bloom) ? { ...header, logsBloom: bloom.toLowerCase() as Hex } : header // just checked
}

/** Reads the list of logs out of an answer, in the chain's order. Logs marked as removed make it no answer. */
export function toLogs(transport: Transport, value: unknown): readonly SyncLog[] {
  if (!Array.isArray(value)) return malformed(transport, 'a list of logs')
  const logs = value.map((item) => toLog(transport, item))
  logs.sort((a, b) => (a.blockNumber === b.blockNumber ? a.logIndex - b.logIndex : a.blockNumber < b.blockNumber ? -1 : 1))
  return logs.filter((log, index) => !isSameLog(log, logs[index - 1]))
}

function toLog(transport: Transport, value: unknown): SyncLog {
  if (!isRecord(value) || value.removed === true || !Array.isArray(value.topics)) return malformed(transport, 'a log')
  return {
    address: toHex(transport, value.address).toLowerCase() as Address, // hex was just checked
    topics: value.topics.map((topic: unknown) => toHash(transport, topic)),
    data: toHex(transport, value.data),
    blockNumber: toInteger(transport, value.blockNumber),
    blockHash: toHash(transport, value.blockHash),
    transactionHash: toHash(transport, value.transactionHash),
    logIndex: Number(toInteger(transport, value.logIndex)),
  }
}

function isSameLog(a: SyncLog, b: SyncLog | undefined): boolean {
  return (
    b !== undefined && a.logIndex === b.logIndex && a.blockHash === b.blockHash && a.data === b.data && a.topics.join() === b.topics.join()
  )
}

/** Reads hex bytes out of an answer. */
export function toHex(transport: Transport, value: unknown): Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]*$/.test(value) ? (value.toLowerCase() as Hex) : malformed(transport, 'hex') // just checked
}

function toHash(transport: Transport, value: unknown): Hex {
  const hash = toHex(transport, value)
  return hash.length === 66 ? hash : malformed(transport, 'a hash')
}

/** Reads a quantity out of an answer. */
export function toInteger(transport: Transport, value: unknown): bigint {
  return typeof value === 'string' && /^0x[0-9a-fA-F]+$/.test(value) ? BigInt(value) : malformed(transport, 'a number')
}

function malformed(transport: Transport, what: string): never {
  throw new RpcUnavailableError({ provider: transport.name, detail: `expected ${what}` })
}
