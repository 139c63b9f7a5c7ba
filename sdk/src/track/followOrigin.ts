import type { Hex } from 'viem'
import { getBlock, getTransactionReceipt } from 'viem/actions'
import { messageSentEvent } from '../abis/gateway.ts'
import { type Client, chainOf, clientOf } from '../client.ts'
import { toCallError } from '../errors/call.ts'
import { getLane } from '../gateway/getLane.ts'
import { getMessage } from '../gateway/getMessages.ts'
import { type LaneMessage, messagesIn } from '../gateway/messages.ts'
import { delay } from '../sync/createSync.ts'
import { watchEvents } from '../sync/watchEvents.ts'
import { providersOf } from './providers.ts'
import type { Tracking, TrackStage } from './stages.ts'

const gatewayAbi = [messageSentEvent] as const

/** Which message: by its id, or as the first one that a transaction sends. */
export type TrackedId = { readonly sendId: Hex } | { readonly hash: Hex }

/** A message, and the how manieth of its transaction it is. */
type Found = { readonly message: LaneMessage; readonly index: number }

type Follow = Tracking & { readonly chainId: number; readonly id: TrackedId }

/** Follows a message on its origin until it is final there. Ends early when aborted. */
export async function* followOrigin(client: Client, follow: Follow): AsyncGenerator<TrackStage, LaneMessage | undefined, void> {
  const { chainId, signal, seenAt } = follow
  const first = await locate(client, follow)
  if (first === undefined) return undefined
  let found: Found = first
  let told: string | undefined
  const { deployment, finality } = chainOf(client, chainId)
  const { freshness } = await getLane(client, { chainId, destinationChainId: 0 })
  const { blockNumber } = found.message
  const isOver = blockNumber < freshness.finalBlockNumber
  const startBlock = isOver ? blockNumber : freshness.finalBlockNumber
  const source = { address: deployment.gateway, abi: gatewayAbi, eventName: 'MessageSent' } as const
  const watch = { ...providersOf(client, chainId), ...source, finality, startBlock, signal }
  for await (const { status, args, log } of watchEvents(watch)) {
    const { sendId, transactionHash }: LaneMessage = found.message
    if (args.sendId !== sendId && log.transactionHash !== transactionHash) continue
    if (status === 'reverted') {
      told = undefined
      if (args.sendId === sendId) yield { stage: 'unsent', sendId, chainId, seenAt: seenAt() }
      continue
    }
    const moved: Found | undefined = await again(client, { chainId, hash: log.transactionHash, before: found })
    if (moved?.message.sendId !== args.sendId) continue
    found = moved
    const { timestamp } = await getBlock(clientOf(client, chainId), { blockNumber: log.blockNumber })
    const place = { blockNumber: log.blockNumber, transactionHash: log.transactionHash, timestamp, chainId, seenAt: seenAt() }
    const spot = `${log.blockHash} ${found.message.sendId}`
    if (told !== spot) yield { stage: 'sent', message: found.message, ...place }
    told = spot
    if (status !== 'finalized') continue
    yield { stage: 'final', message: found.message, ...place }
    return found.message
  }
  return undefined
}

/** Looks until the message is there. */
async function locate(client: Client, { chainId, id, signal }: Follow): Promise<Found | undefined> {
  while (!signal.aborted) {
    const found = 'hash' in id ? await sentBy(client, { chainId, hash: id.hash }) : await sentAs(client, { chainId, sendId: id.sendId })
    if (found !== undefined) return found
    await delay(client.pollingIntervalMs, signal)
  }
  return undefined
}

async function sentAs(client: Client, { chainId, sendId }: { readonly chainId: number; readonly sendId: Hex }): Promise<Found | undefined> {
  const { value: message } = await getMessage(client, { chainId, sendId })
  if (message === undefined) return undefined
  const siblings = await messagesOf(client, { chainId, hash: message.transactionHash })
  return { message, index: siblings.findIndex((sibling) => sibling.sendId === sendId) }
}

type Transaction = { readonly chainId: number; readonly hash: Hex }

async function sentBy(client: Client, transaction: Transaction): Promise<Found | undefined> {
  const [message] = await messagesOf(client, transaction)
  return message === undefined ? undefined : { message, index: 0 }
}

/** The message after a reorg: the same one, or what took its place in its transaction. */
async function again(client: Client, { before, ...transaction }: Transaction & { readonly before: Found }): Promise<Found | undefined> {
  const messages = await messagesOf(client, transaction)
  const same = messages.findIndex(({ sendId }) => sendId === before.message.sendId)
  const index = same < 0 ? before.index : same
  const message = messages[index]
  return message === undefined ? undefined : { message, index }
}

/** What a transaction sent. Nothing while no block holds it. */
async function messagesOf(client: Client, { chainId, hash }: Transaction): Promise<readonly LaneMessage[]> {
  const { deployment } = chainOf(client, chainId)
  try {
    return messagesIn((await getTransactionReceipt(clientOf(client, chainId), { hash })).logs, deployment)
  } catch (error) {
    if (error instanceof Error && error.name === 'TransactionReceiptNotFoundError') return []
    throw await toCallError({ error, verb: 'gateway.track', chainId })
  }
}
