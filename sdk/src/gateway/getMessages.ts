import { getAbiItem, type Hex, type Log } from 'viem'
import { laneAdvancedEvent, messageSentEvent } from '../abis/gateway.ts'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import { type LaneMessage, messagesIn } from './messages.ts'

const gatewayAbi = [laneAdvancedEvent, messageSentEvent] as const

/** What `getMessages` takes. */
export type GetMessagesParameters = ReadParameters & {
  /** Zero: the broadcast lane. Left out: every lane. */
  readonly destinationChainId?: number
  /** Only the message with this id. */
  readonly sendId?: Hex
  /** Default: the deployment's start block. */
  readonly fromBlock?: bigint
  /** Default: the block that is read at. */
  readonly toBlock?: bigint
}

/**
 * Messages that a chain's gateway sent, by lane and nonce, with all that a delivery needs. Every leaf is recomputed from the parts, so a node
 * cannot pass off another message.
 *
 * @throws FormatError when a node's events contradict each other.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.getMessages(client, { chainId: 1, destinationChainId: 10, at: 'final' })
 * for (const { nonce, message } of value) console.log(nonce, message.recipient)
 * ```
 */
export const getMessages = /* @__PURE__ */ defineRead<GetMessagesParameters, readonly LaneMessage[]>(
  'gateway.getMessages',
  async (context, { destinationChainId, sendId, fromBlock, toBlock }) => {
    const logs = await gatewayLogs(context, fromBlock, toBlock)
    return messagesIn(logs, context.chain.deployment).filter(
      (message) =>
        (destinationChainId === undefined || message.lane.destinationChainId === BigInt(destinationChainId)) &&
        (sendId === undefined || message.sendId === sendId),
    )
  },
)

/**
 * One message by its id, or undefined when the chain's gateway sent none with it.
 *
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.getMessage(client, { chainId: 1, sendId })
 * if (value !== undefined) await gateway.getStatus(client, { chainId: 10, lane: value.lane, nonce: value.nonce })
 * ```
 */
export const getMessage = /* @__PURE__ */ defineRead<
  ReadParameters & { readonly sendId: Hex; readonly fromBlock?: bigint },
  LaneMessage | undefined
>('gateway.getMessage', async (context, { sendId, fromBlock }) => {
  const logs = await gatewayLogs(context, fromBlock, undefined)
  return messagesIn(logs, context.chain.deployment).find((message) => message.sendId === sendId)
})

async function gatewayLogs(context: ReadContext, fromBlock: bigint | undefined, toBlock: bigint | undefined): Promise<Log[]> {
  const { gateway: address } = context.chain.deployment
  const sent = logsOf(context, { address, event: getAbiItem({ abi: gatewayAbi, name: 'MessageSent' }), fromBlock, toBlock })
  const steps = logsOf(context, { address, event: getAbiItem({ abi: gatewayAbi, name: 'LaneAdvanced' }), fromBlock, toBlock })
  return (await Promise.all([sent, steps])).flat()
}
