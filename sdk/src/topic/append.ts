import type { Hex } from 'viem'
import { appendFunction, topicAppendedEvent } from '../abis/blackboard.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type Author, toAuthor } from '../cell/author.ts'

const blackboardAbi = [appendFunction, topicAppendedEvent] as const

/** What `append` takes. */
export type AppendParameters = WriteParameters & {
  readonly space: Hex
  readonly topic: Hex
  /** A short message, or the hash of a body in a `ContentStore`. */
  readonly data: Hex
}

/** An entry of a topic. */
export type TopicEntry = {
  /** Its place, from zero. */
  readonly sequence: bigint
  readonly author: Author
  readonly data: Hex
  /** The topic's head with it. */
  readonly head: Hex
}

/**
 * Appends to a topic at home.
 *
 * @throws WriterNotAllowed: the contract's error, before anything is sent.
 * @example
 * ```ts
 * import { topic } from '@hanse/sdk'
 *
 * const { event } = await topic.append.sync(client, { chainId: 1, space, topic: feed, data: '0x1234' })
 * console.log(event.sequence)
 * ```
 */
export const append = /* @__PURE__ */ defineWrite<AppendParameters, TopicEntry>({
  verb: 'topic.append',
  call: (deployment, { space, topic, data }) =>
    encodeCall(contractIn(deployment, 'blackboard'), { abi: blackboardAbi, functionName: 'append', args: [space, topic, data] }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    const [appended] = eventsOf({ abi: blackboardAbi, address, eventName: 'TopicAppended', logs })
    if (appended === undefined) return undefined
    const { sequence, author, data, head } = appended.args
    return { sequence, author: toAuthor(author, { homeChainId: deployment.chainId }), data, head }
  },
})

/** `append`, waiting for the receipt. */
export const appendSync: typeof append.sync = (client, parameters) => append.sync(client, parameters)
