import { type Address, concat, encodeAbiParameters, encodeFunctionResult, type Hex, hexToBigInt, keccak256, numberToHex, toHex } from 'viem'
import { gatewayAbi } from '../../../sdk/src/abis/index.ts'
import { emptyHead, fold } from '../../../sdk/src/gateway/lane.ts'
import {
  laneAdvancedTopic,
  messageSentTopic,
  type RpcCall,
  type RpcReply,
  type SyncLog,
  type Transport,
} from '../../../sdk/src/sync/index.ts'

export const gateway: Address = '0x00000000000000000000000000000000000000aa'

type Lanes = ReadonlyMap<number, { nonce: bigint; head: Hex }>
export type FakeBlock = { number: bigint; hash: Hex; parentHash: Hex; logs: readonly SyncLog[]; lanes: Lanes }

/** A chain in memory that sends messages over lanes, reorgs, and is seen through providers that may be faulty. */
export function createFakeChain({ chainId }: { chainId: number }) {
  let salt = 0
  const genesis: FakeBlock = { number: 0n, hash: keccak256(toHex(`genesis ${chainId}`)), parentHash: emptyHead, logs: [], lanes: new Map() }
  let blocks: FakeBlock[] = [genesis]
  let tags = { safe: 0n, finalized: 0n }

  const top = (): FakeBlock => blocks[blocks.length - 1] ?? genesis

  function mine(sends: readonly number[] = []): FakeBlock {
    const parent = top()
    const number = parent.number + 1n
    const hash = keccak256(concat([parent.hash, numberToHex(++salt)]))
    const lanes = new Map(parent.lanes)
    const logs = sends.flatMap((destination, index): SyncLog[] => {
      const before = lanes.get(destination) ?? { nonce: 0n, head: emptyHead }
      const leaf = keccak256(concat([hash, numberToHex(index, { size: 4 })]))
      const lane = { nonce: before.nonce + 1n, head: fold(before.head, leaf) }
      lanes.set(destination, lane)
      const place = { address: gateway, blockNumber: number, blockHash: hash, transactionHash: leaf }
      const data = encodeAbiParameters([{ type: 'uint64' }, { type: 'bytes32' }], [lane.nonce, lane.head])
      return [
        { ...place, topics: [laneAdvancedTopic, numberToHex(destination, { size: 32 })], data, logIndex: index * 2 },
        { ...place, topics: [messageSentTopic, leaf], data: '0x', logIndex: index * 2 + 1 },
      ]
    })
    const block = { number, hash, parentHash: parent.hash, logs, lanes }
    blocks.push(block)
    return block
  }

  /** Takes the last blocks away and puts as many others in their place. */
  function reorg({ depth, sends = [] }: { depth: number; sends?: readonly (readonly number[])[] }): void {
    blocks = blocks.slice(0, blocks.length - depth)
    for (let index = 0; index < depth; index++) mine(sends[index] ?? [])
  }

  return {
    chainId,
    mine,
    reorg,
    rollback: (depth: number) => {
      blocks = blocks.slice(0, blocks.length - depth)
    },
    top,
    blocks: () => blocks,
    setTags: (next: typeof tags) => {
      tags = next
    },
    transport: (faults: Faults = {}) =>
      createProvider({ name: faults.name ?? 'fake', faults, chainId, view: () => blocks, tags: () => tags }),
  }
}

/** What is wrong with a provider. */
export type Faults = {
  name?: string
  /** Blocks that the provider lags behind. */
  lag?: () => number
  /** Whether a log is dropped silently. */
  drops?: (log: SyncLog) => boolean
  /** Whether a whole request fails. */
  fails?: (calls: readonly RpcCall[]) => boolean
  /** A change to the answers. */
  twists?: (call: RpcCall, result: unknown) => unknown
  /** Most blocks of a range before it is refused. */
  maxRange?: number
  chainId?: number
}

type View = {
  name: string
  faults: Faults
  chainId: number
  view: () => readonly FakeBlock[]
  tags: () => { safe: bigint; finalized: bigint }
}

function createProvider({ name, faults, chainId, view, tags }: View): Transport & { requests: number } {
  const answer = (call: RpcCall): unknown => {
    const all = view()
    const blocks = all.slice(0, all.length - (faults.lag?.() ?? 0))
    if (call.method === 'eth_chainId') return numberToHex(faults.chainId ?? chainId)
    if (call.method === 'eth_getBlockByNumber')
      return toRpcBlock(blocks.find((block) => block.number === numberOf(call.params[0], blocks, tags())))
    if (call.method === 'eth_getLogs') return logsOf(call, blocks, faults)
    if (call.method === 'eth_call') return laneOf(call, blocks)
    throw new TypeError(`no ${call.method}`)
  }
  const transport = {
    name,
    requests: 0,
    async send(calls: readonly RpcCall[]): Promise<readonly RpcReply[]> {
      transport.requests++
      if (faults.fails?.(calls)) throw new TypeError('socket hang up')
      return calls.map((call): RpcReply => {
        try {
          const result = answer(call)
          return { ok: true, result: faults.twists === undefined ? result : faults.twists(call, result) }
        } catch (error) {
          return { ok: false, code: -32_005, message: 'refused', data: String(error) }
        }
      })
    },
  }
  return transport
}

function numberOf(value: unknown, blocks: readonly FakeBlock[], tags: { safe: bigint; finalized: bigint }): bigint {
  if (value === 'latest') return blocks.at(-1)?.number ?? 0n
  if (value === 'safe' || value === 'finalized') return tags[value]
  return BigInt(String(value))
}

function toRpcBlock(block: FakeBlock | undefined): unknown {
  if (block === undefined) return null
  return {
    number: numberToHex(block.number),
    hash: block.hash,
    parentHash: block.parentHash,
    timestamp: numberToHex(1_700_000_000n + block.number),
  }
}

function logsOf(call: RpcCall, blocks: readonly FakeBlock[], faults: Faults): unknown {
  const filter = call.params[0] as { fromBlock?: Hex; toBlock?: Hex; blockHash?: Hex } // what the sync sends
  const from = hexToBigInt(filter.fromBlock ?? '0x0')
  const to = hexToBigInt(filter.toBlock ?? '0x0')
  if (filter.blockHash === undefined && faults.maxRange !== undefined && to - from + 1n > BigInt(faults.maxRange))
    throw new TypeError('range too large')
  const inside = blocks.filter((block) =>
    filter.blockHash === undefined ? block.number >= from && block.number <= to : block.hash === filter.blockHash,
  )
  if (filter.blockHash !== undefined && inside.length === 0) throw new TypeError('unknown block')
  return inside.flatMap((block) => block.logs.filter((log) => !faults.drops?.(log)).map(toRpcLog))
}

function toRpcLog(log: SyncLog): unknown {
  return { ...log, blockNumber: numberToHex(log.blockNumber), logIndex: numberToHex(log.logIndex), removed: false }
}

function laneOf(call: RpcCall, blocks: readonly FakeBlock[]): Hex {
  const [{ data }, at] = call.params as [{ data: Hex }, Hex | { blockHash: Hex }] // what the sync sends
  const block = blocks.find((candidate) =>
    typeof at === 'string' ? candidate.number === hexToBigInt(at) : candidate.hash === at.blockHash,
  )
  if (block === undefined) throw new TypeError('unknown block')
  const lane = block.lanes.get(Number(hexToBigInt(`0x${data.slice(10)}`))) ?? { nonce: 0n, head: emptyHead }
  return encodeFunctionResult({ abi: gatewayAbi, functionName: 'lane', result: [lane.nonce, lane.head] })
}
