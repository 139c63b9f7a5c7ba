import type { Hex } from 'viem'
import type { FailureReason } from '../gateway/explainFailure.ts'
import type { ChainPlace, MessageDelivery } from '../gateway/getDelivery.ts'
import type { LaneMessage } from '../gateway/messages.ts'

/** How far a message is. `seenAt`: the reader's clock when it was noticed, in milliseconds. */
export type TrackStage = { readonly chainId: number; readonly seenAt: number } & (
  | ({
      /** A block of the origin holds it. It comes again when a reorg moved it. */
      readonly stage: 'sent'
      readonly message: LaneMessage
    } & ChainPlace)
  /** A reorg took it back. It may come again, in another place and under another id. */
  | { readonly stage: 'unsent'; readonly sendId: Hex }
  /** No reorg can take it back any more. */
  | ({ readonly stage: 'final'; readonly message: LaneMessage } & ChainPlace)
  | {
      /** Enough watchers signed a head that covers it: anyone can deliver it. */
      readonly stage: 'vouched'
      readonly setId: Hex
      readonly signatures: number
      readonly quorum: number
      /** How many messages the signed head covers. */
      readonly nonce: bigint
    }
  | {
      /** It came to its end on its destination. It comes again with `isFinal` once no reorg can take that back. */
      readonly stage: 'delivered'
      readonly status: MessageDelivery['status']
      readonly isFinal: boolean
      /** Undefined for a message that was skipped. */
      readonly place: ChainPlace | undefined
      /** Why it failed. */
      readonly reason: FailureReason | undefined
    }
  /** A reorg of the destination took the delivery back. */
  | { readonly stage: 'undelivered' }
)

/** The last stage of a message. */
export type TrackEnd = Extract<TrackStage, { stage: 'delivered' }>

/** What all parts of tracking share. */
export type Tracking = { readonly signal: AbortSignal; readonly seenAt: () => number }
