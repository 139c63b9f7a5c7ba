// A provider of a chain as JSON-RPC shows it, with everything that can be wrong with one.
import type { Hex } from 'viem'
import { type RpcCall, type RpcReply, RpcUnavailableError, type Transport } from '../../sdk/src/sync/index.ts'
import { type Block, type Chain, findReceipt, type Log } from './chain.ts'
import type { Clock } from './clock.ts'
import { copyState, execute, isRefused, selectors } from './contracts.ts'
import { readTransaction } from './curve.ts'
import type { Random } from './random.ts'
import { view } from './views.ts'

/** What is wrong with a provider now. Rates are shares of requests. */
export type Faults = {
  isDown: boolean
  errors: number
  hangs: number
  nulls: number
  /** Share of logs of ranges that are silently lost. */
  lost: number
  /** Whether the last log of every range is cut off. */
  isTruncated: boolean
  /** Blocks that it is behind. */
  lag: number
  /** Lags at every other request only. */
  isFlapping: boolean
  /** The blocks that it stands still at. */
  frozen: readonly Block[] | undefined
  /** The chain that it serves instead: another one, or a lie. */
  serves: Chain | undefined
  /** Longest range that it answers. */
  maxRange: number
  /** Logs come twice, in the wrong order, or marked as removed. */
  isSloppy: boolean
  isForgetful: boolean
  /** Whether every block is said to hold no event. */
  isBloomless: boolean
  /** Share of transactions that it takes and forgets. */
  loses: number
  slowness: number
}

export const noFaults = (): Faults => ({
  isDown: false,
  errors: 0,
  hangs: 0,
  nulls: 0,
  lost: 0,
  isTruncated: false,
  lag: 0,
  isFlapping: false,
  frozen: undefined,
  serves: undefined,
  maxRange: Number.POSITIVE_INFINITY,
  isSloppy: false,
  isForgetful: false,
  isBloomless: false,
  loses: 0,
  slowness: 1,
})

export type Provider = { readonly name: string; faults: Faults; readonly chain: Chain; send: Transport['send'] }

type Options = { name: string; chain: Chain; clock: Clock; random: Random }
type Seen = Options & { faults: Faults; serving: Chain; blocks: readonly Block[] }

/** Milliseconds after which a request counts as unanswered. */
const patience = 5_000
const hex = (value: number | bigint): Hex => `0x${value.toString(16)}`

export function createProvider(options: Options): Provider {
  const { name, chain } = options
  let requests = 0
  const provider: Provider = {
    name,
    chain,
    faults: noFaults(),
    async send(calls) {
      const { faults } = provider
      requests++
      await arrive(options, faults)
      const serving = faults.serves ?? chain
      const all = faults.frozen ?? serving.blocks()
      const lag = faults.isFlapping && requests % 2 === 0 ? 0 : faults.lag
      const blocks = lag === 0 ? all : all.slice(0, Math.max(1, all.length - lag))
      return calls.map((call) => answer({ ...options, faults, serving, blocks }, call))
    },
  }
  return provider
}

/** A request on its way to a provider, which may not get there. */
async function arrive({ name, clock, random }: Options, faults: Faults): Promise<void> {
  const unavailable = (detail: string) => new RpcUnavailableError({ provider: name, detail })
  if (faults.isDown || random.chance(faults.hangs)) {
    const isQuick = faults.isDown && random.chance(0.7)
    await clock.wait(isQuick ? 5 : patience)
    throw unavailable(isQuick ? 'connection refused' : 'no answer')
  }
  await clock.wait(random.between(4, 60) * faults.slowness)
  if (random.chance(faults.errors)) {
    if (random.chance(0.7)) throw unavailable('HTTP 503')
    throw new RpcUnavailableError({ provider: name, detail: 'HTTP 429', retryAfterMs: 1_000 })
  }
}

function answer(seen: Seen, call: RpcCall): RpcReply {
  const method = methods[call.method]
  if (method === undefined) return { ok: false, code: -32_601, message: `no method ${call.method}` }
  const reply = method(seen, call.params)
  return seen.random.chance(seen.faults.nulls) && reply.ok ? { ok: true, result: null } : reply
}

const ok = (result: unknown): RpcReply => ({ ok: true, result })
const refused = (message: string, code = -32_000): RpcReply => ({ ok: false, code, message })

type Method = (seen: Seen, params: readonly unknown[]) => RpcReply

const methods: Readonly<Record<string, Method>> = {
  eth_chainId: ({ serving }) => ok(hex(serving.chainId)),
  eth_getBlockByNumber: (seen, [which]) => ok(headerOf(blockAt(seen, which), seen.faults.isBloomless)),
  eth_getLogs: (seen, [filter]) => logs(seen, filter as Filter),
  eth_call: (seen, [call, at]) => callView(seen, call as { data: Hex }, at),
  eth_estimateGas: ({ serving, blocks }, [call]) => {
    const transaction = call as { data: Hex; to: Hex } // what the watcher sends
    const top = blocks.at(-1) ?? serving.top()
    const state = copyState(top.state)
    const { chainId, rules, settings } = serving
    const outcome = execute({ state, chainId, rules, transaction, isHealed: settings.isHealed, timestamp: top.timestamp })
    return isRefused(outcome) ? { ok: false, code: 3, message: 'execution reverted', data: outcome.data } : ok(hex(150_000))
  },
  eth_maxPriorityFeePerGas: () => ok(hex(1_000_000)),
  eth_getBalance: () => ok(hex(10n ** 20n)),
  eth_getTransactionCount: ({ blocks }, [account]) => ok(hex(blocks.at(-1)?.state.nonces.get(String(account)) ?? 0)),
  eth_getTransactionReceipt: ({ blocks }, [hash]) => {
    const found = findReceipt(hash as Hex, blocks)
    return ok(found === undefined ? null : { blockNumber: hex(found.block.number), status: found.isGood ? '0x1' : '0x0' })
  },
  eth_getTransactionByHash: ({ serving, blocks }, [hash]) => {
    const isKnown = serving.pool().some((pooled) => pooled.hash === hash) || findReceipt(hash as Hex, blocks) !== undefined
    return ok(isKnown ? { hash } : null)
  },
  eth_sendRawTransaction: ({ serving, faults, random }, [raw]) => {
    const transaction = readTransaction(raw as Hex)
    if (transaction.chainId !== serving.chainId) return refused('invalid chain id')
    const hash = transactionHash(raw as Hex)
    if (random.chance(faults.loses)) return ok(hash)
    const why = serving.accept({ hash, transaction })
    return why === undefined ? ok(hash) : refused(why)
  },
}

/** Set by the world: the watcher's own hash of a signed transaction. */
let transactionHash: (raw: Hex) => Hex = () => '0x'
export function useTransactionHash(hash: (raw: Hex) => Hex): void {
  transactionHash = hash
}

function blockAt({ serving, blocks, faults }: Seen, which: unknown): Block | undefined {
  const top = blocks.length - 1
  if (which === 'latest') return blocks[top]
  const final = faults.frozen === undefined ? serving.finalHeight() : top - serving.depth
  if (which === 'safe' || which === 'finalized')
    return blocks[Math.max(0, Math.min(top, final - (top < serving.top().number ? faults.lag : 0)))]
  return blocks[Number(which)]
}

const headers = new WeakMap<Block, Readonly<Record<string, Hex>>>()
/** Says of every event that it may be there, and of none that it is. */
const [fullBloom, emptyBloom]: readonly [Hex, Hex] = [`0x${'ff'.repeat(256)}`, `0x${'00'.repeat(256)}`]

function headerOf(block: Block | undefined, isBloomless: boolean): unknown {
  if (block === undefined) return null
  const known = headers.get(block)
  if (known !== undefined && !isBloomless) return known
  const { number, hash, parentHash, timestamp } = block
  const logsBloom = isBloomless || block.logs.length === 0 ? emptyBloom : fullBloom
  const header = { number: hex(number), hash, parentHash, timestamp: hex(timestamp), baseFeePerGas: hex(1_000_000_000), logsBloom }
  if (!isBloomless) headers.set(block, header)
  return header
}

type Filter = { address: readonly Hex[]; topics?: readonly (readonly Hex[])[]; fromBlock?: Hex; toBlock?: Hex; blockHash?: Hex }

function logs({ blocks, faults, random }: Seen, filter: Filter): RpcReply {
  const pinned = filter.blockHash
  const [from, to] = [Number(filter.fromBlock ?? 0), Number(filter.toBlock ?? 0)]
  if (pinned === undefined && to - from + 1 > faults.maxRange) return refused('query returned more than 10000 results', -32_005)
  const inside = pinned === undefined ? blocks.slice(from, to + 1) : blocks.filter(({ hash }) => hash === pinned)
  if (pinned !== undefined && inside.length === 0) return refused('unknown block')
  const topics = filter.topics?.[0]
  let found: Log[] = inside.flatMap((block) =>
    block.logs.filter((log) => filter.address.includes(log.address) && (topics === undefined || topics.includes(log.topics[0] ?? '0x'))),
  )
  if (faults.lost > 0) found = found.filter(() => !random.chance(faults.lost))
  if (faults.isTruncated) found = found.slice(0, -1)
  if (faults.isSloppy) found = sloppy(found, random)
  return ok(found)
}

function sloppy(found: Log[], random: Random): Log[] {
  if (random.chance(0.3)) return found.map((log) => ({ ...log, removed: true }))
  return random.chance(0.5) ? [...found, ...found.slice(0, 2)] : [...found].reverse()
}

function callView({ serving, blocks, faults }: Seen, { data }: { data: Hex }, at: unknown): RpcReply {
  const top = blocks[blocks.length - 1]
  const block =
    at === 'latest'
      ? top
      : typeof at === 'string'
        ? blocks[Number(at)]
        : blocks.find(({ hash }) => hash === (at as { blockHash: Hex }).blockHash)
  if (block === undefined) return refused('header not found')
  if (faults.isForgetful && top !== undefined && block.number < top.number - 3 && data.startsWith(selectors.lane))
    return refused('missing trie node')
  return ok(view({ state: block.state, rules: serving.rules, data }))
}
