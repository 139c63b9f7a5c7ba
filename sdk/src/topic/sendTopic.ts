import type { Hex } from 'viem'
import { mirrorSentEvent, sendTopicFunction } from '../abis/blackboard.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { MirrorSent } from '../cell/mirror.ts'

const blackboardAbi = [mirrorSentEvent, sendTopicFunction] as const

/** What `sendTopic` takes. */
export type SendTopicParameters = WriteParameters & {
  readonly space: Hex
  readonly topic: Hex
  /** Zero: all chains. */
  readonly destinationChainId: number
}

/**
 * Sends length and head of a topic of `chainId`, its home, to its mirror on another chain. Anyone may. There `cell.getMirror` shows them, with
 * `isTopic`; in the event the topic is the key, and its length the version.
 *
 * @throws CellEmpty, BoardNotLinked, DestinationNotLinked: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { topic } from '@hanse/sdk'
 *
 * await topic.sendTopic.sync(client, { chainId: 1, space, topic: feed, destinationChainId: 10 })
 * ```
 */
export const sendTopic = /* @__PURE__ */ defineWrite<SendTopicParameters, MirrorSent>({
  verb: 'topic.sendTopic',
  call: (deployment, { space, topic, destinationChainId }) =>
    encodeCall(contractIn(deployment, 'blackboard'), {
      abi: blackboardAbi,
      functionName: 'sendTopic',
      args: [space, topic, BigInt(destinationChainId)],
    }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'MirrorSent', logs })[0]?.args
  },
})
