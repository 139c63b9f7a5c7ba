import type { Hex } from 'viem'
import { changeProposedEvent, proposeEntryFunction } from '../abis/blackboard.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { ChangeProposed } from '../cell/propose.ts'

const blackboardAbi = [changeProposedEvent, proposeEntryFunction] as const

/** What `proposeEntry` takes. */
export type ProposeEntryParameters = WriteParameters & {
  /** The chain where the topic is at home; `chainId` is the proposer's. */
  readonly homeChainId: number
  readonly space: Hex
  readonly topic: Hex
  /** A short message, or the hash of a body in a `ContentStore`. */
  readonly data: Hex
  /** The second, by home's clock, after which home refuses it. */
  readonly deadline: number
}

/**
 * Proposes an entry of a topic whose home is another chain. Home gives it its place when it arrives, and answers with the topic's length:
 * see `cell.getAnswer`. In the event the topic is the key.
 *
 * @throws BoardNotLinked, DestinationNotLinked, PayloadTooLong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell, topic } from '@hanse/sdk'
 *
 * const { event } = await topic.proposeEntry.sync(client, { chainId: 10, homeChainId: 1, space, topic: feed, data: '0x1234', deadline })
 * const { value: answer } = await cell.getAnswer(client, { chainId: 10, sendId: event.sendId })
 * ```
 */
export const proposeEntry = /* @__PURE__ */ defineWrite<ProposeEntryParameters, ChangeProposed>({
  verb: 'topic.proposeEntry',
  call: (deployment, { homeChainId, space, topic, data, deadline }) =>
    encodeCall(contractIn(deployment, 'blackboard'), {
      abi: blackboardAbi,
      functionName: 'proposeEntry',
      args: [BigInt(homeChainId), space, topic, deadline, data],
    }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'ChangeProposed', logs })[0]?.args
  },
})
