// A chain: blocks, what they hold, transactions that wait, reorganisations.
import { hash as digest } from 'node:crypto'
import type { Hex } from 'viem'
import type { Finality } from '../../sdk/src/types.ts'
import {
  adopted,
  copyState,
  deployed,
  type Event,
  type Execution,
  emptyState,
  execute,
  isRefused,
  type Rules,
  registered,
  type Send,
  type State,
  send,
} from './contracts.ts'
import type { Transaction } from './curve.ts'
import { post } from './escrow.ts'

export type Log = Event & {
  readonly blockNumber: Hex
  readonly blockHash: Hex
  readonly transactionHash: Hex
  readonly logIndex: Hex
  readonly removed: boolean
}

type Placeless = Event & { readonly transactionHash: Hex }

export type Block = {
  readonly number: number
  readonly hash: Hex
  readonly parentHash: Hex
  /** Seconds. */
  readonly timestamp: number
  readonly logs: readonly Log[]
  readonly state: State
  readonly sends: readonly Send[]
  readonly receipts: ReadonlyMap<Hex, { readonly transaction: Transaction; readonly isGood: boolean }>
}

/** A transaction that some node holds. */
export type Pooled = { readonly hash: Hex; readonly transaction: Transaction }

/** Told of what becomes true, and of what ran. */
export type ChainEvents = {
  onBlock(chain: Chain, block: Block): void
  onExecution(chain: Chain, block: Block, execution: Execution): void
}

export type Settings = {
  /** Whether recipients that refused take their messages now. */
  isHealed: boolean
  /** Wei per gas that a transaction must offer. */
  baseFee: bigint
  isFinalityStalled: boolean
}

export type Chain = {
  readonly chainId: number
  readonly rules: Rules
  readonly finality: Finality
  readonly depth: number
  readonly settings: Settings
  top(): Block
  /** Adds a block; `isEmpty` leaves the transactions that wait out. */
  mine(what?: { sends?: readonly Send[]; isEmpty?: boolean }): Block
  /** Takes the top blocks away and puts others in their place. What was sent in them is sent again, in another order, unless `forget` says that it never was. */
  reorg(reorg: Reorg): void
  /** Takes a transaction into the pool, or says why not. */
  accept(pooled: Pooled): string | undefined
  blocks(): readonly Block[]
  pool(): readonly Pooled[]
  waiting(): readonly Send[]
  /** The highest block that was final by the policy. */
  finalHeight(): number
  /** A person sends a message with the next block. */
  send(sent: Send): void
  /** Transactions are lost by all nodes. */
  dropPool(isLost: (pooled: Pooled) => boolean): void
  /** The same past, and from here on a chain of its own. */
  fork(): Chain
  adoptPast(past: readonly Block[]): void
}

export type ChainOptions = {
  readonly chainId: number
  readonly rules: Rules
  readonly finality: Finality
  /** Blocks below the top that may still be reorganised. */
  readonly depth: number
  readonly now: () => number
  readonly events: ChainEvents
}

const hashOf = (...words: readonly (string | number)[]): Hex => `0x${digest('sha256', words.join(' '))}`
const hex = (value: number): Hex => `0x${value.toString(16)}`

type Inner = ChainOptions & {
  readonly settings: Settings
  salt: number
  blocks: Block[]
  waiting: readonly Send[]
  pool: readonly Pooled[]
  finalHeight: number
}

function topOf({ blocks }: Inner): Block {
  const block = blocks.at(-1)
  if (block === undefined) throw new TypeError('a chain without blocks')
  return block
}

type Mine = { sends?: readonly Send[]; isEmpty?: boolean }

function mine({ inner, chain, sends = inner.waiting, isEmpty = false }: Mine & { inner: Inner; chain: Chain }): Block {
  const { chainId, rules, finality, depth, now, events, settings, blocks } = inner
  const parent = blocks.at(-1)
  const number = blocks.length
  const hash = parent === undefined ? hashOf('genesis', chainId) : hashOf(parent.hash, number, ++inner.salt)
  const state = copyState(parent?.state ?? emptyState())
  const timestamp = Math.floor(now() / 1000)
  const { logs, receipts, executions } = fill({ inner, state, timestamp, sends, included: isEmpty ? [] : includable(inner, state) })
  if (number === 1)
    for (const event of [adopted(rules), ...registered(rules)]) logs.push({ ...event, transactionHash: hashOf('roster', chainId) })
  inner.waiting = inner.waiting.filter((sent) => !sends.includes(sent))
  inner.pool = inner.pool.filter(({ transaction }) => transaction.nonce >= (state.nonces.get(transaction.from) ?? 0))
  const place = { blockNumber: hex(number), blockHash: hash, removed: false }
  const placed = logs.map((log, index) => ({ ...log, ...place, logIndex: hex(index) }))
  const parentHash = parent?.hash ?? hashOf('nothing')
  const block = { number, hash, parentHash, timestamp, logs: placed, state, sends: [...sends], receipts }
  blocks.push(block)
  // A depth cannot stall: it counts blocks.
  if (!settings.isFinalityStalled || finality.kind === 'depth') inner.finalHeight = Math.max(inner.finalHeight, number - depth)
  events.onBlock(chain, block)
  for (const execution of executions) events.onExecution(chain, block, execution)
  return block
}

type Filling = { inner: Inner; state: State; timestamp: number; sends: readonly Send[]; included: readonly Pooled[] }

/** Runs what people and watchers sent on a state that may be changed. */
function fill({ inner: { chainId, rules, settings }, state, timestamp, sends, included }: Filling) {
  const logs: Placeless[] = []
  const receipts = new Map<Hex, { transaction: Transaction; isGood: boolean }>()
  const executions: Execution[] = []
  for (const sent of sends) {
    const transactionHash = hashOf('send', chainId, sent.sequence)
    logs.push(...eventsOf({ state, chainId, timestamp, sent }).map((event) => ({ ...event, transactionHash })))
  }
  for (const { hash, transaction } of included) {
    state.nonces.set(transaction.from, transaction.nonce + 1)
    const outcome = execute({ state, chainId, rules, transaction, isHealed: settings.isHealed, timestamp })
    receipts.set(hash, { transaction, isGood: !isRefused(outcome) })
    if (isRefused(outcome)) continue
    logs.push(...outcome.events.map((event) => ({ ...event, transactionHash: hash })))
    executions.push(...outcome.executions)
  }
  return { logs, receipts, executions }
}

type Sent = { state: State; chainId: number; timestamp: number; sent: Send }

function eventsOf({ state, chainId, timestamp, sent }: Sent): readonly Event[] {
  const { sequence, posting } = sent
  if (posting === undefined) return send({ state, chainId, send: sent }).events
  return post({ tasks: state.tasks, chainId, escrow: deployed.taskEscrow, timestamp, sequence, posting })
}

/** What the next block can hold: by sender and nonce without a hole, and dear enough. */
function includable({ pool, settings }: Inner, state: State): Pooled[] {
  const next = new Map(state.nonces)
  const sorted = [...pool].sort((a, b) => a.transaction.nonce - b.transaction.nonce || (a.hash < b.hash ? -1 : 1))
  return sorted.filter(({ transaction: { from, nonce, maxFee } }) => {
    if (nonce !== (next.get(from) ?? 0) || maxFee < settings.baseFee) return false
    next.set(from, nonce + 1)
    return true
  })
}

function accept(inner: Inner, pooled: Pooled): string | undefined {
  const { pool, blocks } = inner
  const { hash, transaction } = pooled
  if (pool.some((other) => other.hash === hash) || findReceipt(hash, blocks) !== undefined) return 'already known'
  if (transaction.nonce < (topOf(inner).state.nonces.get(transaction.from) ?? 0)) return 'nonce too low'
  const rival = pool.find(({ transaction: other }) => other.from === transaction.from && other.nonce === transaction.nonce)
  if (rival !== undefined && transaction.maxFee * 10n < rival.transaction.maxFee * 11n) return 'replacement transaction underpriced'
  inner.pool = [...pool.filter((other) => other !== rival), pooled]
  return undefined
}

function reorg({ inner, chain, remove, mined, forget, order }: Reorg & { inner: Inner; chain: Chain }): void {
  const gone = inner.blocks.slice(inner.blocks.length - remove)
  inner.blocks = inner.blocks.slice(0, inner.blocks.length - remove)
  const again = gone.flatMap((block) => block.sends).filter((sent) => !forget(sent))
  inner.waiting = order([...again, ...inner.waiting])
  const back = gone.flatMap(({ receipts }) => [...receipts].map(([hash, { transaction }]) => ({ hash, transaction })))
  inner.pool = [...inner.pool, ...back.filter(({ hash }) => !forget({ hash }))]
  for (let index = 0; index < mined; index++)
    mine({ inner, chain, sends: index === 0 ? inner.waiting.slice(0, 2) : inner.waiting, isEmpty: index === 0 })
}

export function createChain(options: ChainOptions): Chain {
  const { chainId, rules, finality, depth } = options
  const settings: Settings = { isHealed: false, baseFee: 1_000_000_000n, isFinalityStalled: false }
  const inner: Inner = { ...options, settings, salt: 0, blocks: [], waiting: [], pool: [], finalHeight: 0 }
  const chain: Chain = {
    chainId,
    rules,
    finality,
    depth,
    settings,
    top: () => topOf(inner),
    mine: (what) => mine({ inner, chain, ...what }),
    reorg: (how) => reorg({ inner, chain, ...how }),
    accept: (pooled) => accept(inner, pooled),
    blocks: () => inner.blocks,
    pool: () => inner.pool,
    waiting: () => inner.waiting,
    finalHeight: () => inner.finalHeight,
    send: (sent) => {
      inner.waiting = [...inner.waiting, sent]
    },
    dropPool: (isLost) => {
      inner.pool = inner.pool.filter((pooled) => !isLost(pooled))
    },
    fork: () => {
      const twin = createChain({ ...options, events: { onBlock: () => undefined, onExecution: () => undefined } })
      twin.adoptPast(inner.blocks)
      return twin
    },
    adoptPast: (past) => {
      inner.salt = 1_000_000
      inner.blocks = [...past]
      inner.finalHeight = Math.max(0, past.length - 1 - depth)
    },
  }
  return chain
}

export type Reorg = {
  readonly remove: number
  readonly mined: number
  readonly forget: (what: Send | { readonly hash: Hex }) => boolean
  readonly order: (sends: Send[]) => Send[]
}

/** The block and the receipt of a transaction. */
export function findReceipt(hash: Hex, blocks: readonly Block[]) {
  const block = blocks.findLast(({ receipts }) => receipts.has(hash))
  const receipt = block?.receipts.get(hash)
  return block === undefined || receipt === undefined ? undefined : { block, ...receipt }
}
