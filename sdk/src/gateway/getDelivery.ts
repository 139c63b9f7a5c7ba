import { type AbiEvent, getAbiItem, type Hex, type Log } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import { type MessageStatus, messageStatusValues } from '../abis/enums.ts'
import { batchDeliveredEvent, messageExpiredEvent, messageFailedEvent, messageRetriedEvent, statusOfFunction } from '../abis/gateway.ts'
import { eventsOf } from '../actions/call.ts'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import { enumValue } from '../enumValue.ts'
import { type Lane, laneKey } from './lane.ts'

const gatewayAbi = [batchDeliveredEvent, messageExpiredEvent, messageFailedEvent, messageRetriedEvent, statusOfFunction] as const

/** What `getDelivery` takes. */
export type GetDeliveryParameters = ReadParameters & {
  readonly lane: Lane
  readonly nonce: bigint
  /** Not delivered before it. Default: the deployment's start block. */
  readonly fromBlock?: bigint
}

/** Where something happened. */
export type ChainPlace = {
  readonly blockNumber: bigint
  readonly transactionHash: Hex
  /** Of the block: absolute seconds. */
  readonly timestamp: bigint
}

/** How a message stands on its destination, and where it came to stand so. */
export type MessageDelivery = {
  readonly status: Exclude<MessageStatus, 'Pending'>
  /** The delivery, or the retry after it. Undefined for a message that was skipped. */
  readonly place: ChainPlace | undefined
}

/**
 * How a message ended on its destination, in which transaction, and when. Undefined while it is pending.
 *
 * @param parameters.chainId The destination.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.getDelivery(client, { chainId: 10, lane, nonce: 3n })
 * console.log(value?.status, value?.place?.transactionHash)
 * ```
 */
export const getDelivery = /* @__PURE__ */ defineRead<GetDeliveryParameters, MessageDelivery | undefined>(
  'gateway.getDelivery',
  async (context, { lane, nonce, fromBlock }) => {
    const { connection, chain, blockNumber } = context
    const { gateway: address } = chain.deployment
    const place = { abi: gatewayAbi, address, blockNumber } as const
    const raw = await readContract(connection, { ...place, functionName: 'statusOf', args: [lane, nonce] })
    const status = enumValue(messageStatusValues, raw)
    if (status === 'Pending') return undefined
    if (status === 'Skipped') return { status, place: undefined }
    const log = await settlingLog(context, { key: laneKey(lane), nonce, fromBlock })
    if (log === undefined || log.blockNumber === null || log.transactionHash === null) return { status, place: undefined }
    const { timestamp } = await getBlock(connection, { blockNumber: log.blockNumber })
    return { status, place: { blockNumber: log.blockNumber, transactionHash: log.transactionHash, timestamp } }
  },
)

type Settling = { readonly key: Hex; readonly nonce: bigint; readonly fromBlock: bigint | undefined }

/** The last event about this very message, or else the first range that covers it. */
async function settlingLog(context: ReadContext, { key, nonce, fromBlock }: Settling): Promise<Log | undefined> {
  const { gateway: address } = context.chain.deployment
  const about = (event: AbiEvent) => logsOf(context, { address, event, args: { laneKey: key, nonce }, fromBlock })
  const own = await Promise.all([
    about(getAbiItem({ abi: gatewayAbi, name: 'MessageFailed' })),
    about(getAbiItem({ abi: gatewayAbi, name: 'MessageExpired' })),
    about(getAbiItem({ abi: gatewayAbi, name: 'MessageRetried' })),
  ])
  const last = own.flat().sort(byPlace).at(-1)
  if (last !== undefined) return last
  const event = getAbiItem({ abi: gatewayAbi, name: 'BatchDelivered' })
  const logs = await logsOf(context, { address, event, args: { laneKey: key }, fromBlock })
  const ranges = eventsOf({ abi: gatewayAbi, address, eventName: 'BatchDelivered', logs })
  return ranges.find(({ args: { first, count } }) => nonce >= first && nonce < first + count)
}

function byPlace(a: Log, b: Log): number {
  const blocks = Number((a.blockNumber ?? 0n) - (b.blockNumber ?? 0n))
  return blocks === 0 ? (a.logIndex ?? 0) - (b.logIndex ?? 0) : blocks
}
