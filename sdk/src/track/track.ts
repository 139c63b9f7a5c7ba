import type { Client } from '../client.ts'
import { TrackTimeoutError } from '../errors/gateway.ts'
import { awaitVouched } from './awaitVouched.ts'
import { followDestination } from './followDestination.ts'
import { followOrigin, type TrackedId } from './followOrigin.ts'
import type { TrackEnd, Tracking, TrackStage } from './stages.ts'

export type { TrackEnd, TrackStage } from './stages.ts'

/** What `track` takes. */
export type TrackParameters = TrackedId & {
  /** The origin. */
  readonly chainId: number
  /** Where to look for a broadcast. Default: the message's destination. */
  readonly destinationChainId?: number
  /** Base urls of watchers: with them `vouched` is told too. */
  readonly attestationUrls?: readonly string[]
  /** Whether to end when the delivery is seen, or only when no reorg can take it back. Default `final`. */
  readonly until?: 'delivered' | 'final'
  /** Milliseconds. Default 600,000. */
  readonly timeoutMs?: number
  /** Ends the loop with its reason. */
  readonly signal?: AbortSignal
}

/**
 * Follows a message from its sending to its end on the other chain, through reorgs of both. Each stage comes with its place and time; a failed
 * message with the reason of its recipient.
 *
 * @throws TrackTimeoutError, which says how far it came; the signal's reason; ChainHaltedError when a chain broke its finality.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { hash } = await gateway.sendMessage.sync(client, { chainId: 1, destinationChainId: 10, recipient, payload: '0x1234' })
 * for await (const stage of gateway.track(client, { chainId: 1, hash })) {
 *   console.log(stage.stage, stage.chainId) // sent 1, final 1, delivered 10
 *   if (stage.stage === 'delivered' && stage.status === 'Failed') console.log(stage.reason?.text)
 * }
 * ```
 */
export async function* track(client: Client, parameters: TrackParameters): AsyncGenerator<TrackStage, void, void> {
  const { chainId, timeoutMs = 600_000, signal } = parameters
  const id: TrackedId = 'hash' in parameters ? { hash: parameters.hash } : { sendId: parameters.sendId }
  const clock = new AbortController()
  const timer = setTimeout(() => clock.abort(), timeoutMs)
  const end = new AbortController()
  const signals = [clock.signal, end.signal, ...(signal === undefined ? [] : [signal])]
  const tracking: Tracking = { signal: AbortSignal.any(signals), seenAt: client.now }
  let last: TrackStage | undefined
  try {
    for await (const stage of stagesOf(client, { ...parameters, id, tracking })) {
      last = stage
      yield stage
      if (stage.stage === 'delivered' && (stage.isFinal || parameters.until === 'delivered')) return
    }
    signal?.throwIfAborted()
    throw new TrackTimeoutError({ chainId, id: 'hash' in id ? id.hash : id.sendId, stage: last?.stage, timeoutMs })
  } finally {
    clearTimeout(timer)
    end.abort()
  }
}

/**
 * Waits until a message came to its end on the other chain: `track` without the stages between.
 *
 * @throws as `track` does. A failed message is no error: look at `status` and `reason`.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { status, place, reason } = await gateway.waitForDelivery(client, { chainId: 1, sendId, timeoutMs: 60_000 })
 * console.log(status, place?.transactionHash, reason?.text)
 * ```
 */
export async function waitForDelivery(client: Client, parameters: TrackParameters): Promise<TrackEnd> {
  let end: TrackEnd | undefined
  for await (const stage of track(client, parameters)) if (stage.stage === 'delivered') end = stage
  if (end !== undefined) return end
  const id = 'hash' in parameters ? parameters.hash : parameters.sendId
  throw new TrackTimeoutError({ chainId: parameters.chainId, id, stage: undefined, timeoutMs: parameters.timeoutMs ?? 0 })
}

type Stages = Pick<TrackParameters, 'chainId' | 'destinationChainId' | 'attestationUrls'> & {
  readonly id: TrackedId
  readonly tracking: Tracking
}

async function* stagesOf(
  client: Client,
  { chainId, destinationChainId, attestationUrls, id, tracking }: Stages,
): AsyncGenerator<TrackStage, void, void> {
  const message = yield* followOrigin(client, { chainId, id, ...tracking })
  if (message === undefined) return
  const to = destinationChainId ?? Number(message.lane.destinationChainId)
  const steps = followDestination(client, { chainId: to, message, ...tracking })
  if (attestationUrls === undefined) return yield* steps
  yield* merge(awaitVouched(client, { chainId: to, message, urls: attestationUrls, ...tracking }), steps)
}

/** The stages of the destination, with `vouched` before them if it is noticed before the delivery. */
async function* merge(
  vouched: Promise<TrackStage | undefined>,
  steps: AsyncGenerator<TrackStage, void, void>,
): AsyncGenerator<TrackStage, void, void> {
  const first = steps.next()
  // The slower of the two may fail after everybody left.
  first.catch(() => undefined)
  vouched.catch(() => undefined)
  const early = await Promise.race([vouched, first.then(() => undefined)])
  if (early !== undefined) yield early
  const { done, value } = await first
  if (done || value === undefined) return
  yield value
  yield* steps
}
