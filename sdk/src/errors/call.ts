import {
  type Address,
  BlockNotFoundError,
  ContractFunctionZeroDataError,
  type Hex,
  HttpRequestError,
  InsufficientFundsError,
  LimitExceededRpcError,
  ResourceNotFoundRpcError,
  ResourceUnavailableRpcError,
  SocketClosedError,
  TimeoutError,
  UserRejectedRequestError,
  BaseError as ViemError,
  WebSocketRequestError,
} from 'viem'
import { BaseError, type BaseErrorOptions, walkCauses } from './base.ts'
import { revertDataOf } from './revertData.ts'

type At = { readonly verb: string; readonly chainId: number; readonly cause?: unknown }

/** What went wrong with a call on a chain. */
class CallError extends BaseError {
  readonly verb: string
  readonly chainId: number

  constructor({ verb, chainId, cause }: At, message: string, options: Pick<BaseErrorOptions, 'retryable' | 'metaMessages'>) {
    super(message, { cause, ...options })
    this.verb = verb
    this.chainId = chainId
  }
}

/** The contract refused, with a reason that is not an error of the suite: for example one of a foreign token. */
export class CallRevertedError extends CallError {
  override readonly name = 'CallRevertedError'
  /** The raw revert data, when the node gave it. */
  readonly data: Hex | undefined

  constructor(at: At & { readonly data: Hex | undefined }) {
    super(at, `${at.verb} was refused on chain ${at.chainId} with ${at.data === undefined ? 'no reason' : `data ${at.data}`}.`, {
      metaMessages: ['The reason is not an error of the suite. Look at the token or recipient involved, and at the balance for gas.'],
    })
    this.data = at.data
  }
}

/** There is no contract of the suite where the deployment record says. Nothing was sent. */
export class ContractMissingError extends CallError {
  override readonly name = 'ContractMissingError'

  constructor(at: At & { readonly address?: Address }) {
    super(at, `${at.verb} found no contract${at.address === undefined ? '' : ` at ${at.address}`} on chain ${at.chainId}.`, {
      metaMessages: ['Check the deployment record, and that the block that is read is not older than its `startBlock`.'],
    })
  }
}

/** The account cannot pay for the transaction: its value and the gas together. */
export class FundsInsufficientError extends CallError {
  override readonly name = 'FundsInsufficientError'

  constructor(at: At) {
    super(at, `${at.verb} on chain ${at.chainId} costs more than the account has.`, {
      metaMessages: ['Send native coin to the account on this chain: it pays the value and the gas.'],
    })
  }
}

/** Whoever holds the wallet said no. Nothing was sent. */
export class WalletRefusedError extends CallError {
  override readonly name = 'WalletRefusedError'

  constructor(at: At) {
    super(at, `${at.verb} on chain ${at.chainId} was declined in the wallet.`, {
      metaMessages: ['Ask again when it is wanted.'],
    })
  }
}

/** No node of the chain answered, or the one that did could not serve the request. */
export class ChainUnreachableError extends CallError {
  override readonly name = 'ChainUnreachableError'

  constructor(at: At) {
    super(at, `${at.verb} got no answer from chain ${at.chainId}.`, {
      retryable: true,
      metaMessages: ['Try again, or add an RPC url for this chain.'],
    })
  }
}

/** The transaction was sent, but its receipt did not come in time. It may still be included. */
export class ReceiptTimeoutError extends CallError {
  override readonly name = 'ReceiptTimeoutError'
  readonly hash: Hex

  constructor(at: At & { readonly hash: Hex }) {
    super(at, `${at.verb} was sent to chain ${at.chainId} as ${at.hash}, but no receipt came in time.`, {
      metaMessages: ['Do not send it again before you looked for its receipt.'],
    })
    this.hash = at.hash
  }
}

/** Another transaction of the account is in the chain in its place: after a reorganisation, or because somebody cancelled it in a wallet. It did nothing. */
export class TransactionReplacedError extends CallError {
  override readonly name = 'TransactionReplacedError'
  /** Of the other one. */
  readonly hash: Hex

  constructor(at: At & { readonly hash: Hex }) {
    super(at, `${at.verb} did nothing on chain ${at.chainId}: ${at.hash} of the same account took its place.`, {
      retryable: true,
      metaMessages: ['Send it again if it is still wanted.'],
    })
    this.hash = at.hash
  }
}

/** The node did not say whether it took the transaction. It may be included, so it counts as under way. */
export class SendUnansweredError extends CallError {
  override readonly name = 'SendUnansweredError'

  constructor(at: At) {
    super(at, `${at.verb} was handed to a node of chain ${at.chainId}, which did not say whether it took it.`, {
      metaMessages: ['Look at the state before you send it again: it may still be included.'],
    })
  }
}

/** Reorganisations replaced the block that was read, each time that it was tried. Nothing that was read holds. */
export class ReadOvertakenError extends CallError {
  override readonly name = 'ReadOvertakenError'
  /** The block that was read last. */
  readonly blockNumber: bigint

  constructor(at: At & { readonly blockNumber: bigint }) {
    super(at, `${at.verb} read block ${at.blockNumber} of chain ${at.chainId} while it was replaced, each time.`, {
      retryable: true,
      metaMessages: ["Try again, or read `at: 'final'`. If it stays so, the nodes behind this url disagree."],
    })
    this.blockNumber = at.blockNumber
  }
}

/** A receipt does not hold the event that the verb must leave behind. */
export class EventMissingError extends CallError {
  override readonly name = 'EventMissingError'

  constructor(at: At) {
    super(at, `${at.verb} left no event of its own in these logs of chain ${at.chainId}.`, {
      metaMessages: ['Check that the logs are those of this transaction and that the deployment record names the right contracts.'],
    })
  }
}

/**
 * Turns what a node or viem threw into an error of Hanse: the contract's own, a foreign refusal, or an unreachable chain. The classes of the
 * contracts' errors are loaded with the first refusal: they are most of the SDK's size, and a page that is never refused does without.
 */
export async function toCallError({
  error,
  verb,
  chainId,
}: {
  readonly error: unknown
  readonly verb: string
  readonly chainId: number
}): Promise<unknown> {
  if (error instanceof CallError) return error
  // What comes neither from a node nor from viem is a mistake in the caller's code or ours, and must not look like anything else.
  if (!has(error, ViemError)) return error
  if (has(error, UserRejectedRequestError)) return new WalletRefusedError({ verb, chainId, cause: error })
  const data = revertDataOf(error)
  const decoded = data === undefined ? undefined : await contractErrorOf(error, chainId)
  if (decoded !== undefined) return decoded
  if (has(error, ContractFunctionZeroDataError)) return new ContractMissingError({ verb, chainId, cause: error })
  if (has(error, InsufficientFundsError)) return new FundsInsufficientError({ verb, chainId, cause: error })
  if (data === undefined && (isTransportError(error) || isUnserved(error)))
    return new ChainUnreachableError({ verb, chainId, cause: error })
  return new CallRevertedError({ verb, chainId, data, cause: error })
}

/** The contract's own error. Where its class cannot be loaded, the refusal is told with its raw data, and not hidden behind that. */
async function contractErrorOf(error: unknown, chainId: number): Promise<BaseError | undefined> {
  const table = await import('./decode.ts').catch(() => undefined)
  return table?.decodeRevert(error, { chainId })
}

/** Whether a node could not be asked, or gave no answer in time. */
export function isTransportError(error: unknown): boolean {
  return has(error, HttpRequestError, TimeoutError, SocketClosedError, WebSocketRequestError)
}

/** The node answered that it could not: it asks for a pause, or has not that block, or not any more after a reorganisation. */
function isUnserved(error: unknown): boolean {
  return has(error, BlockNotFoundError, LimitExceededRpcError, ResourceNotFoundRpcError, ResourceUnavailableRpcError)
}

function has(error: unknown, ...kinds: readonly (new (...args: never[]) => Error)[]): boolean {
  return walkCauses(error, (link) => kinds.some((kind) => link instanceof kind)) !== undefined
}
