import { BaseError } from './base.ts'

/** The messages that a node gave for a lane are not all that the gateway sent: they do not fold to its head. */
export class LaneHistoryError extends BaseError {
  override readonly name = 'LaneHistoryError'

  constructor({
    chainId,
    destinationChainId,
    detail,
  }: { readonly chainId: number; readonly destinationChainId: bigint; readonly detail: string }) {
    super(`The history of the lane from ${chainId} to ${destinationChainId} is not complete: ${detail}.`, {
      retryable: true,
      metaMessages: ['The node left events out, or follows another fork. Try again, or use another RPC url for this chain.'],
    })
  }
}

/** A message was asked for by a nonce that its lane has not reached yet, or not finally. */
export class NonceUnknownError extends BaseError {
  override readonly name = 'NonceUnknownError'
  readonly nonce: bigint

  constructor({ nonce, length, chainId }: { readonly nonce: bigint; readonly length: bigint; readonly chainId: number }) {
    super(`Nonce ${nonce} is not on the lane: chain ${chainId} has ${length} final messages on it, counted from 0.`, {
      retryable: true,
      metaMessages: ['Wait until the message is final at its origin, or correct the nonce.'],
    })
    this.nonce = nonce
  }
}

/** A message was followed for as long as was asked for, and did not come to its end. It may still. */
export class TrackTimeoutError extends BaseError {
  override readonly name = 'TrackTimeoutError'
  /** The last stage that was seen; undefined: it was not even seen on its origin. */
  readonly stage: string | undefined

  constructor({
    chainId,
    id,
    stage,
    timeoutMs,
  }: { readonly chainId: number; readonly id: string; readonly stage: string | undefined; readonly timeoutMs: number }) {
    const fact = stage === undefined ? `was not found on chain ${chainId}` : `came as far as \`${stage}\``
    super(`Message ${id} ${fact} within ${timeoutMs} ms.`, {
      retryable: true,
      metaMessages: ['Ask `why.whyMessage` what it waits for. `gateway.deliverPending` delivers what nobody else does.'],
    })
    this.stage = stage
  }
}
