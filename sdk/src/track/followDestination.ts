import { type Hex, isAddressEqual } from 'viem'
import { batchDeliveredEvent, laneLinkedEvent, messageExpiredEvent, messageFailedEvent, messageRetriedEvent } from '../abis/gateway.ts'
import { type Client, chainOf } from '../client.ts'
import { explainFailure, type FailureReason } from '../gateway/explainFailure.ts'
import { getDelivery, type MessageDelivery } from '../gateway/getDelivery.ts'
import { getLink } from '../gateway/getLink.ts'
import { type Lane, laneKey } from '../gateway/lane.ts'
import type { LaneMessage } from '../gateway/messages.ts'
import { type WatchedEvent, watchEvents } from '../sync/watchEvents.ts'
import { providersOf } from './providers.ts'
import type { TrackEnd, Tracking, TrackStage } from './stages.ts'

const gatewayAbi = [batchDeliveredEvent, laneLinkedEvent, messageExpiredEvent, messageFailedEvent, messageRetriedEvent] as const

const eventNames = ['BatchDelivered', 'MessageFailed', 'MessageExpired', 'MessageRetried', 'LaneLinked'] as const

type Follow = Tracking & { readonly chainId: number; readonly message: LaneMessage }

/** Follows a message on its destination until its end is final there. Ends early when aborted. */
export async function* followDestination(client: Client, follow: Follow): AsyncGenerator<TrackStage, void, void> {
  const { chainId, message, signal, seenAt } = follow
  const { lane, nonce } = message
  const { deployment, finality } = chainOf(client, chainId)
  const { startBlock, over } = await finalState(client, follow)
  if (over !== undefined) return yield await endOf(client, { ...follow, delivery: over, isFinal: true })
  let last: MessageDelivery | undefined
  const source = { address: deployment.gateway, abi: gatewayAbi, eventName: eventNames }
  for await (const event of watchEvents({ ...providersOf(client, chainId), ...source, finality, startBlock, signal })) {
    if (!concerns({ event, lane, nonce })) continue
    const { status, log } = event
    if (status === 'reverted') {
      if (last !== undefined && isOf(last, log.transactionHash)) {
        last = undefined
        yield { stage: 'undelivered', chainId, seenAt: seenAt() }
      }
      continue
    }
    const { value: delivery } = await getDelivery(client, { chainId, lane, nonce, at: log.blockNumber, fromBlock: startBlock })
    if (delivery === undefined) continue
    const isFinal = status === 'finalized'
    if (isFinal || !isSame(delivery, last)) yield await endOf(client, { ...follow, delivery, isFinal })
    if (isFinal) return
    last = delivery
  }
}

/** Where to begin to look, and the message's end when that is final already. */
async function finalState(client: Client, { chainId, message: { lane, nonce } }: Follow) {
  const { freshness } = await getLink(client, { chainId, lane })
  const floor = BigInt(chainOf(client, chainId).deployment.startBlock)
  const startBlock = freshness.finalBlockNumber
  // A chain may be so young that its final blocks know nothing of the gateway.
  if (startBlock < floor) return { startBlock: floor, over: undefined }
  const { value: over } = await getDelivery(client, { chainId, lane, nonce, at: startBlock })
  return { startBlock, over }
}

function isOf({ place }: MessageDelivery, transactionHash: Hex): boolean {
  return place === undefined || place.transactionHash === transactionHash
}

type Concern = { readonly event: WatchedEvent<typeof gatewayAbi, (typeof eventNames)[number]>; readonly lane: Lane; readonly nonce: bigint }

function concerns({ event: { eventName, args }, lane, nonce }: Concern): boolean {
  if (eventName === 'LaneLinked') {
    const { originChainId, originGateway, destinationChainId } = args.lane
    const isChain = originChainId === lane.originChainId && destinationChainId === lane.destinationChainId
    return isChain && isAddressEqual(originGateway, lane.originGateway)
  }
  if (args.laneKey !== laneKey(lane)) return false
  return eventName === 'BatchDelivered' ? nonce >= args.first && nonce < args.first + args.count : args.nonce === nonce
}

function isSame(one: MessageDelivery, other: MessageDelivery | undefined): boolean {
  return (
    one.status === other?.status &&
    one.place?.transactionHash === other.place?.transactionHash &&
    one.place?.blockNumber === other.place?.blockNumber
  )
}

type End = Follow & { readonly delivery: MessageDelivery; readonly isFinal: boolean }

async function endOf(client: Client, { delivery, isFinal, chainId, message, seenAt }: End): Promise<TrackEnd> {
  const reason = delivery.status === 'Failed' ? await reasonOf(client, { chainId, message, delivery }) : undefined
  return { stage: 'delivered', ...delivery, isFinal, reason, chainId, seenAt: seenAt() }
}

type Failed = { readonly chainId: number; readonly message: LaneMessage; readonly delivery: MessageDelivery }

/** From the state that its block left; or, where that block itself healed the recipient, from the one before. */
async function reasonOf(client: Client, { chainId, message: { lane, nonce, message }, delivery }: Failed): Promise<FailureReason> {
  const explain = async (at: bigint | 'latest') => (await explainFailure(client, { chainId, lane, nonce, message, at })).value
  const block = delivery.place?.blockNumber
  if (block === undefined) return explain('latest')
  const after = await explain(block)
  return after.kind === 'WouldRun' ? explain(block - 1n) : after
}
