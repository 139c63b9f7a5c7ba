import { BaseError } from '../errors/base.ts'

/** A provider did not answer, or what it answered cannot be an answer. Another provider or a later try may do. */
export class RpcUnavailableError extends BaseError {
  override readonly name = 'RpcUnavailableError'
  /** Milliseconds after which the provider wants to be asked again; set only when it said that it was asked too much. */
  readonly retryAfterMs: number | undefined
  constructor({ provider, detail, cause, retryAfterMs }: { provider: string; detail: string; cause?: unknown; retryAfterMs?: number }) {
    super(`Provider ${provider} gave no usable answer: ${detail}.`, {
      cause,
      retryable: true,
      metaMessages: ['Another provider or a later try may help.'],
    })
    this.retryAfterMs = retryAfterMs
  }
}

/** A provider understood the request and refused it. */
export class RpcRefusedError extends BaseError {
  override readonly name = 'RpcRefusedError'
  /** The JSON-RPC error code. */
  readonly rpcCode: number
  /** What the provider attached, such as revert data. */
  readonly data: unknown
  constructor({
    provider,
    method,
    rpcCode,
    detail,
    data,
  }: { provider: string; method: string; rpcCode: number; detail: string; data?: unknown }) {
    super(`Provider ${provider} refused ${method}: ${detail} (code ${rpcCode}).`, { retryable: true })
    this.rpcCode = rpcCode
    this.data = data
  }
}

/** A provider has thrown away the state of the block that was asked about. */
export class StateMissingError extends BaseError {
  override readonly name = 'StateMissingError'
  constructor({ provider, block, cause }: { provider: string; block: bigint; cause: unknown }) {
    super(`Provider ${provider} has no state of block ${block} any more.`, { cause, metaMessages: ['Lanes are proven at a later block.'] })
  }
}

/** Too few providers gave the same answer. */
export class ProvidersDisagreeError extends BaseError {
  override readonly name = 'ProvidersDisagreeError'
  constructor({ chainId, needed, best, detail }: { chainId: number; needed: number; best: number; detail: string }) {
    super(`Chain ${chainId}: ${best} providers agree, expected ${needed}: ${detail}.`, {
      retryable: true,
      metaMessages: ['Nothing moves until they agree. Replace the provider that lies or lags, or add one.'],
    })
  }
}

/** The messages of a lane do not fold to the head that the contract holds: something is missing or forged. */
export class LaneIncompleteError extends BaseError {
  override readonly name = 'LaneIncompleteError'
  constructor({ chainId, destinationChainId, detail }: { chainId: number; destinationChainId: number; detail: string }) {
    super(`Lane ${chainId} -> ${destinationChainId} is incomplete: ${detail}.`, {
      retryable: true,
      metaMessages: ['The range is read again.'],
    })
  }
}

/** The chain under the sync moved while it was read. */
export class ChainMovedError extends BaseError {
  override readonly name = 'ChainMovedError'
  constructor({ chainId, detail }: { chainId: number; detail: string }) {
    super(`Chain ${chainId} moved while it was read: ${detail}.`, { retryable: true })
  }
}

/** The sync was configured in a way that cannot work. */
export class SyncConfigError extends BaseError {
  override readonly name = 'SyncConfigError'
}

/** The chain broke its finality; what was read of it cannot be trusted further. */
export class ChainHaltedError extends BaseError {
  override readonly name = 'ChainHaltedError'
  constructor({ chainId, reason, detail }: { chainId: number; reason: string; detail: string }) {
    super(`Chain ${chainId} is halted (${reason}): ${detail}.`, {
      metaMessages: ['Find out what happened to the chain, then clear its state and read it again.'],
    })
  }
}

/** What a consumer keeps of a permanent block is not there any more: it was told of it, and died before the sync knew. Thrown by `onNotification`, it halts. */
export class FinalityViolatedError extends BaseError {
  override readonly name = 'FinalityViolatedError'
  /** What is kept, and what is there. */
  readonly detail: string
  constructor({ chainId, detail }: { chainId: number; detail: string }) {
    super(`Chain ${chainId} broke its finality: ${detail}.`)
    this.detail = detail
  }
}
