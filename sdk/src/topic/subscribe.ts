import { decodeAbiParameters, decodeEventLog, encodeFunctionData, type Hex, isHex, parseAbiParameters, toEventSelector } from 'viem'
import { topicAppendedEvent, topicOfFunction } from '../abis/blackboard.ts'
import { toAuthor } from '../cell/author.ts'
import { TopicIncompleteError } from '../errors/board.ts'
import { createSync, delay } from '../sync/createSync.ts'
import { RpcUnavailableError } from '../sync/errors.ts'
import type { SyncParameters } from '../sync/parameters.ts'
import type { Transport } from '../sync/rpc.ts'
import { httpTransport } from '../sync/transport.ts'
import type { BlockHeader, SyncLog } from '../sync/types.ts'
import type { TopicEntry } from './append.ts'
import { emptyTopicHead, foldTopic, type TopicPlace, topicLeaf } from './fold.ts'

const blackboardAbi = [topicAppendedEvent, topicOfFunction] as const

/** Up to where a subscriber has handled a topic: so many entries, which fold to this head, the last of them in this block or before. */
export type TopicCursor = { readonly length: bigint; readonly head: Hex; readonly blockNumber: bigint }

/** Where a subscriber keeps its cursor. `save` must be durable when it resolves. */
export type CursorStore = { load(): Promise<TopicCursor | undefined>; save(cursor: TopicCursor): Promise<void> }

/** What `subscribe` takes. */
export type SubscribeParameters = TopicPlace &
  Pick<SyncParameters, 'rpcUrls' | 'finality' | 'agreement' | 'pollMs' | 'timeoutMs' | 'wait'> & {
    readonly transports?: readonly Transport[] | undefined
    /** The first block that can hold an entry. */
    readonly startBlock: bigint
    /** Default: none, so every start begins with the first entry. */
    readonly cursors?: CursorStore
    /**
     * Gets each permanent entry in order, and the cursor after it. Whoever keeps what it makes of an entry together with the cursor, in one step,
     * and gives that cursor back from `cursors.load`, has each exactly once, however often it is killed. One that throws gets the entry again.
     */
    readonly onEntry: (entry: TopicEntry, cursor: TopicCursor) => Promise<void> | void
    /** Told of every provider that left out or changed an entry, and of every handler that threw; the subscription goes on trying. */
    readonly onFault?: (error: unknown) => void
    /** Ends the subscription. */
    readonly signal: AbortSignal
  }

const appendedTopic = toEventSelector('TopicAppended(bytes32,bytes32,uint256,uint64,bytes32,bytes)')
const topicFields = parseAbiParameters('uint64 length, bytes32 head')

/**
 * Follows a topic at home from a cursor on, over the one event engine: an entry is handed on when it is permanent, in order, with nothing left
 * out before it, and only after all up to its block were proved to fold to the head that the contract holds. Resolves when `signal` aborts.
 *
 * @throws SyncConfigError without a provider.
 * @example
 * ```ts
 * import { topic } from '@hanse/sdk'
 *
 * const stop = new AbortController()
 * await topic.subscribe({
 *   chainId: 1, rpcUrls: ['https://rpc.example'], finality: { kind: 'finalized' }, startBlock: 1_000n,
 *   board, space, topic: feed, cursors, signal: stop.signal,
 *   onEntry: ({ sequence, data }) => console.log(sequence, data),
 * })
 * ```
 */
export async function subscribe(parameters: SubscribeParameters): Promise<void> {
  const { cursors, startBlock, rpcUrls = [], timeoutMs, finality, chainId, board, signal, onFault = () => {} } = parameters
  const transports = parameters.transports ?? rpcUrls.map((url) => httpTransport({ url, timeoutMs }))
  let cursor = (await cursors?.load()) ?? { length: 0n, head: emptyTopicHead, blockNumber: startBlock }
  const sync = createSync({
    ...{ chainId, transports, finality, timeoutMs, agreement: parameters.agreement, pollMs: parameters.pollMs },
    wait: parameters.wait ?? delay,
    sources: [{ address: board, topics: [appendedTopic] }],
    startBlock: cursor.blockNumber,
    hasTail: false,
    onNotification: async (notification) => {
      if (notification.kind !== 'finalized') return
      try {
        const { logs, to } = notification
        const next = prove({ place: parameters, cursor, logs })
        await compare({ transports, place: parameters, to, next: next.at(-1)?.cursor ?? cursor })
        for (const { entry, cursor: after } of next) {
          if (signal.aborted) return
          await parameters.onEntry(entry, after)
          await cursors?.save(after)
          cursor = after
        }
      } catch (error) {
        onFault(error)
        throw error
      }
    },
  })
  const stop = () => void sync.stop()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) return
  await sync.start()
  signal.removeEventListener('abort', stop)
}

type Proved = { readonly entry: TopicEntry; readonly cursor: TopicCursor }

/** The entries after the cursor, each at its place and folding from the one before to the head in its event. */
function prove({ place, cursor, logs }: { place: TopicPlace; cursor: TopicCursor; logs: readonly SyncLog[] }): readonly Proved[] {
  const proved: Proved[] = []
  let { length, head } = cursor
  for (const log of logs) {
    const { args } = decodeEventLog({ abi: blackboardAbi, eventName: 'TopicAppended', data: log.data, topics: signed(log) })
    if (args.space !== place.space || args.topic !== place.topic || args.sequence < length) continue
    const refuse = (fact: string) => new TopicIncompleteError({ topic: place.topic, sequence: length, fact })
    if (args.sequence !== length) throw refuse(`the next one that the provider has is ${args.sequence}`)
    head = foldTopic(head, topicLeaf(place, args))
    if (head !== args.head) throw refuse('it does not fold to the head in its event')
    length += 1n
    const { sequence, data } = args
    const author = toAuthor(args.author, { homeChainId: place.chainId })
    proved.push({ entry: { sequence, author, data, head }, cursor: { length, head, blockNumber: log.blockNumber } })
  }
  return proved
}

type Compare = { transports: readonly Transport[]; place: TopicPlace; to: BlockHeader; next: TopicCursor }

/** Holds what the logs lead to against what the contract says at the end of the range. */
async function compare({ transports, place, to, next }: Compare): Promise<void> {
  const data = encodeFunctionData({ abi: blackboardAbi, functionName: 'topicOf', args: [place.space, place.topic] })
  const call = { method: 'eth_call', params: [{ to: place.board, data }, { blockHash: to.hash }] }
  const [length, head] = await firstAnswer(transports, call)
  if (length === next.length && head === next.head) return
  const fact = `the provider's logs lead to ${next.length} entries, the contract has ${length} at block ${to.number}`
  throw new TopicIncompleteError({ topic: place.topic, sequence: next.length, fact })
}

async function firstAnswer(transports: readonly Transport[], call: { method: string; params: readonly unknown[] }) {
  let cause: unknown
  for (const transport of transports) {
    const [reply] = await transport.send([call]).catch((error: unknown) => {
      cause = error
      return []
    })
    if (!reply?.ok || !isHex(reply.result)) continue
    // No code at that block: nothing was appended yet.
    return reply.result === '0x' ? ([0n, emptyTopicHead] as const) : decodeAbiParameters(topicFields, reply.result)
  }
  throw (
    cause ?? new RpcUnavailableError({ provider: transports.map(({ name }) => name).join(), detail: 'none answers eth_call at that block' })
  )
}

function signed(log: SyncLog): [signature: Hex, ...rest: Hex[]] {
  const [signature = '0x', ...rest] = log.topics
  return [signature, ...rest]
}
