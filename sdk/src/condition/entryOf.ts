import { getAbiItem, type Hex, keccak256 } from 'viem'
import { readContract } from 'viem/actions'
import { topicAppendedEvent, topicOfFunction } from '../abis/blackboard.ts'
import { eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import { TopicIncompleteError } from '../errors/board.ts'
import { emptyTopicHead, foldTopic, topicLeaf } from '../topic/fold.ts'
import type { EntryCondition } from './types.ts'

const blackboardAbi = [topicAppendedEvent, topicOfFunction] as const

/** What `entryOf` takes. */
export type EntryOfParameters = ReadParameters & {
  readonly space: Hex
  readonly topic: Hex
  /** Its place, from zero. */
  readonly sequence: bigint
  /** A block before which the entry was not appended. Default: the deployment's start block. */
  readonly fromBlock?: bigint
}

/**
 * The condition that this entry stands in the topic, with the proof for the topic as it is: each later entry makes a new proof necessary, and
 * the proof longer. For what shall wait until a topic is so long, whatever it says, take a `length`.
 *
 * @throws TopicIncompleteError when the entry is not there, or the node left some out.
 * @example
 * ```ts
 * import { condition } from '@hanse/sdk'
 *
 * const { value: said } = await condition.entryOf(client, { chainId: 1, space, topic, sequence: 7n })
 * const calls = condition.guard(client, { chainId: 1, conditions: [said], calls: [call] })
 * ```
 */
export const entryOf = /* @__PURE__ */ defineRead<EntryOfParameters, EntryCondition>(
  'condition.entryOf',
  async (context, { space, topic, sequence, fromBlock }) => {
    const { chainId, deployment } = context.chain
    const board = contractIn(deployment, 'blackboard')
    const place = { chainId, board, space, topic }
    const event = getAbiItem({ abi: blackboardAbi, name: 'TopicAppended' })
    const logs = await logsOf(context, { address: board, event, args: { space, topic }, fromBlock })
    const entries = eventsOf({ abi: blackboardAbi, address: board, eventName: 'TopicAppended', logs })
      .map(({ args }) => args)
      .filter((args) => args.space === space && args.topic === topic)
    const refuse = (fact: string) => new TopicIncompleteError({ topic, sequence, fact })
    const [entry, ...later] = entries.filter((args) => args.sequence >= sequence)
    if (entry === undefined || entry.sequence !== sequence) throw refuse('the node has no such entry')
    const before = entries.find((args) => args.sequence === sequence - 1n)
    if (before === undefined && sequence > 0n) throw refuse('the node has no entry before it')
    const headBefore = before?.head ?? emptyTopicHead
    const tail = later.map((args) => topicLeaf(place, args))
    const from = { abi: blackboardAbi, address: board, blockNumber: context.blockNumber } as const
    const [, head] = await readContract(context.connection, { ...from, functionName: 'topicOf', args: [space, topic] })
    if ([topicLeaf(place, entry), ...tail].reduce(foldTopic, headBefore) !== head)
      throw refuse('what the node has does not fold to its head')
    const { author, data } = entry
    return { kind: 'entry', space, topic, entry: { sequence, author, dataHash: keccak256(data) }, headBefore, tail }
  },
)
