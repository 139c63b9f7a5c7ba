import { getAbiItem, type Hex } from 'viem'
import { readContract } from 'viem/actions'
import { laneAdvancedEvent, laneFunction, messageSentEvent } from '../abis/gateway.ts'
import { defineRead } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import { LaneHistoryError } from '../errors/gateway.ts'
import type { GetLaneParameters } from './getLane.ts'
import { emptyHead, fold, type Lane } from './lane.ts'
import { type LaneMessage, messagesIn } from './messages.ts'

const gatewayAbi = [laneAdvancedEvent, laneFunction, messageSentEvent] as const

/** All messages of a lane up to a block, proved complete. */
export type LaneHistory = {
  readonly lane: Lane
  /** From nonce 0 on, without a gap. */
  readonly messages: readonly LaneMessage[]
}

/**
 * All messages of a lane. They are folded, and must come out at the head that the gateway holds at the same block: so none is missing, none
 * is invented and none was changed.
 *
 * @throws LaneHistoryError when a node leaves something out or contradicts itself.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.getLaneHistory(client, { chainId: 1, destinationChainId: 10, at: 'final' })
 * console.log(value.messages.length, gateway.headAt(value, 1n))
 * ```
 */
export const getLaneHistory = /* @__PURE__ */ defineRead<GetLaneParameters, LaneHistory>(
  'gateway.getLaneHistory',
  async (context, { chainId, destinationChainId: to }) => {
    const { connection, chain, blockNumber } = context
    const { gateway: address } = chain.deployment
    const logs = (name: 'MessageSent' | 'LaneAdvanced') => logsOf(context, { address, event: getAbiItem({ abi: gatewayAbi, name }) })
    const place = { abi: gatewayAbi, address, blockNumber } as const
    const [[length, head], sent, steps] = await Promise.all([
      readContract(connection, { ...place, functionName: 'lane', args: [BigInt(to)] }),
      logs('MessageSent'),
      logs('LaneAdvanced'),
    ])
    const lane = { originChainId: BigInt(chainId), originGateway: address, destinationChainId: BigInt(to) }
    const all = messagesIn([...sent, ...steps], chain.deployment)
    const messages = all.filter((message) => message.lane.destinationChainId === lane.destinationChainId)
    const fault = faultOf({ messages, length, head })
    if (fault !== undefined) throw new LaneHistoryError({ chainId, destinationChainId: lane.destinationChainId, detail: fault })
    return { lane, messages }
  },
)

type Claim = { readonly messages: readonly LaneMessage[]; readonly length: bigint; readonly head: Hex }

function faultOf({ messages, length, head }: Claim): string | undefined {
  if (BigInt(messages.length) !== length) return `it has ${messages.length} messages, but the gateway counts ${length}`
  let folded = emptyHead
  for (const [index, message] of messages.entries()) {
    folded = fold(folded, message.sendId)
    if (message.nonce !== BigInt(index)) return `nonce ${message.nonce} stands where ${index} belongs`
    if (message.head !== folded) return `at nonce ${index} it folds to ${folded}, but the event says ${message.head}`
  }
  return folded === head ? undefined : `it folds to ${folded}, but the gateway holds ${head}`
}

/** The head of a lane after `nonce` of its messages, or undefined when it has fewer. */
export function headAt({ messages }: LaneHistory, nonce: bigint): Hex | undefined {
  return nonce === 0n ? emptyHead : messages[Number(nonce) - 1]?.head
}
