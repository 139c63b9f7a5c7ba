import type { Address, Hex } from 'viem'
import type { Freshness } from '../../actions/defineRead.ts'
import type { BaseError } from '../../errors/base.ts'

/** What a transaction cost, and who paid. */
export type TraceCost = {
  /** Who sent the transaction. */
  readonly payer: Address
  /** Gas: this task's share of the transaction. */
  readonly gas: bigint
  /** The same in the chain's native coin, in base units. */
  readonly wei: bigint
  /** Among how many it was shared out evenly: messages of a delivery, or tasks that one transaction acts on. */
  readonly shares: number
}

/** What happened. */
export type TraceKind =
  /** At home: the reward is in. */
  | 'opened'
  /** Elsewhere: an account asked home for something through its portal. */
  | 'requested'
  /** A gateway took a message: a request, an answer, or another word about the task. */
  | 'sent'
  /** No reorg can take the message back any more. Only where finality is a depth: of the others a chain does not tell when. */
  | 'final'
  /** The message came to an end on its destination; `detail.status` says which. */
  | 'delivered'
  /** The message had failed, and ran when somebody tried it again. */
  | 'retried'
  /** At home: somebody has the task. To a claim this is the grant. */
  | 'assigned'
  /** At home: a request was refused; `detail.refusal` says why. */
  | 'refused'
  /** At home: a request was granted, or the state is told again, and the answer goes out. */
  | 'answered'
  /** Elsewhere: the portal has the answer. */
  | 'told'
  | 'proposed'
  | 'submitted'
  | 'revised'
  | 'contested'
  | 'disputed'
  | 'suspected'
  | 'alive'
  | 'ready'
  | 'delegated'
  | 'refunded'
  | 'bond'
  /** An assignment, or the task, came to an end; `detail.ending` says how, `detail.pay` what the worker is due, in base units. */
  | 'ended'
  /** It is open again. */
  | 'reopened'
  /** The escrow paid out tokens. Native coin leaves no log: see `detail.pay` of `ended`. */
  | 'paid'
  /** A payee could not be paid; the amount waits for it. */
  | 'credited'
  /** An event of the escrow that this version has no word for. */
  | 'other'

/** One step in the story of a task. */
export type TraceHop = {
  readonly kind: TraceKind
  readonly chainId: number
  readonly blockNumber: bigint
  /** Absolute seconds by the clock of that chain. */
  readonly timestamp: number
  /** Whether a reorg can no longer take it back. */
  readonly finality: 'committed' | 'final'
  /** Undefined where time alone did it. */
  readonly transactionHash: Hex | undefined
  /** On the first step of each transaction; what else happened in it costs nothing more. */
  readonly cost: TraceCost | undefined
  /** Of a message: its id. */
  readonly sendId: Hex | undefined
  /** What the event says, as words. */
  readonly detail: Readonly<Record<string, string>>
}

/** A chain of which not all could be read, and why. */
export type TraceGap = { readonly chainId: number; readonly error: BaseError }

/** The story of one task over all chains, in an order in which no effect stands before its cause. */
export type TaskTrace = {
  readonly taskId: Hex
  readonly homeChainId: number
  readonly hops: readonly TraceHop[]
  /** What all hops cost, by chain: coins of different chains do not add up. */
  readonly costs: readonly { readonly chainId: number; readonly gas: bigint; readonly wei: bigint }[]
  /** Empty: nothing is missing. */
  readonly gaps: readonly TraceGap[]
  /** How fresh what was read is, one entry for each chain that answered. */
  readonly freshness: readonly Freshness[]
}

/** A hop before its time and cost are known, and where it stands among the logs of its block. */
export type Step = Pick<TraceHop, 'kind' | 'chainId' | 'blockNumber' | 'transactionHash' | 'sendId' | 'detail'> & { readonly place: number }
