import {
  type Address,
  ContractFunctionZeroDataError,
  type Hex,
  HttpRequestError,
  InsufficientFundsError,
  SocketClosedError,
  TimeoutError,
  BaseError as ViemError,
  WebSocketRequestError,
} from 'viem'
import { BaseError, walkCauses } from './base.ts'
import { decodeRevert, revertDataOf } from './decode.ts'

/** The contract refused, with a reason that is not an error of the suite: for example one of a foreign token. */
export class CallRevertedError extends BaseError {
  override readonly name = 'CallRevertedError'
  readonly verb: string
  readonly chainId: number
  /** The raw revert data, when the node gave it. */
  readonly data: Hex | undefined

  constructor({
    verb,
    chainId,
    data,
    cause,
  }: { readonly verb: string; readonly chainId: number; readonly data: Hex | undefined; readonly cause?: unknown }) {
    super(`${verb} was refused on chain ${chainId} with ${data === undefined ? 'no reason' : `data ${data}`}.`, {
      cause,
      docsPath: 'errors.md#callrevertederror',
      metaMessages: ['The reason is not an error of the suite. Look at the token or recipient involved, and at the balance for gas.'],
    })
    this.verb = verb
    this.chainId = chainId
    this.data = data
  }
}

/** There is no contract of the suite where the deployment record says. Nothing was sent. */
export class ContractMissingError extends BaseError {
  override readonly name = 'ContractMissingError'
  readonly verb: string
  readonly chainId: number

  constructor({
    verb,
    chainId,
    address,
    cause,
  }: { readonly verb: string; readonly chainId: number; readonly address?: Address; readonly cause?: unknown }) {
    super(`${verb} found no contract${address === undefined ? '' : ` at ${address}`} on chain ${chainId}.`, {
      cause,
      docsPath: 'errors.md#contractmissingerror',
      metaMessages: ['Check the deployment record, and that the block that is read is not older than its `startBlock`.'],
    })
    this.verb = verb
    this.chainId = chainId
  }
}

/** The account cannot pay for the transaction: its value and the gas together. */
export class FundsInsufficientError extends BaseError {
  override readonly name = 'FundsInsufficientError'
  readonly verb: string
  readonly chainId: number

  constructor({ verb, chainId, cause }: { readonly verb: string; readonly chainId: number; readonly cause: unknown }) {
    super(`${verb} on chain ${chainId} costs more than the account has.`, {
      cause,
      docsPath: 'errors.md#fundsinsufficienterror',
      metaMessages: ['Send native coin to the account on this chain: it pays the value and the gas.'],
    })
    this.verb = verb
    this.chainId = chainId
  }
}

/** No node of the chain answered, or the one that did could not serve the request. */
export class ChainUnreachableError extends BaseError {
  override readonly name = 'ChainUnreachableError'
  readonly verb: string
  readonly chainId: number

  constructor({ verb, chainId, cause }: { readonly verb: string; readonly chainId: number; readonly cause: unknown }) {
    super(`${verb} got no answer from chain ${chainId}.`, {
      cause,
      docsPath: 'errors.md#chainunreachableerror',
      retryable: true,
      metaMessages: ['Try again, or add an RPC url for this chain.'],
    })
    this.verb = verb
    this.chainId = chainId
  }
}

/** The transaction was sent, but its receipt did not come in time. It may still be included. */
export class ReceiptTimeoutError extends BaseError {
  override readonly name = 'ReceiptTimeoutError'
  readonly hash: Hex

  constructor({
    verb,
    chainId,
    hash,
    cause,
  }: { readonly verb: string; readonly chainId: number; readonly hash: Hex; readonly cause: unknown }) {
    super(`${verb} was sent to chain ${chainId} as ${hash}, but no receipt came in time.`, {
      cause,
      docsPath: 'errors.md#receipttimeouterror',
      metaMessages: ['Do not send it again before you looked for its receipt.'],
    })
    this.hash = hash
  }
}

/** A receipt does not hold the event that the verb must leave behind. */
export class EventMissingError extends BaseError {
  override readonly name = 'EventMissingError'
  readonly verb: string
  readonly chainId: number

  constructor({ verb, chainId }: { readonly verb: string; readonly chainId: number }) {
    super(`${verb} left no event of its own in these logs of chain ${chainId}.`, {
      docsPath: 'errors.md#eventmissingerror',
      metaMessages: ['Check that the logs are those of this transaction and that the deployment record names the right contracts.'],
    })
    this.verb = verb
    this.chainId = chainId
  }
}

/** Turns what a node or viem threw into an error of Hanse: the contract's own, a foreign refusal, or an unreachable chain. */
export function toCallError({
  error,
  verb,
  chainId,
}: {
  readonly error: unknown
  readonly verb: string
  readonly chainId: number
}): unknown {
  // What comes neither from a node nor from viem is a mistake in the caller's code or ours, and must not look like anything else.
  if (!has(error, ViemError)) return error
  const decoded = decodeRevert(error, { chainId })
  if (decoded !== undefined) return decoded
  if (has(error, ContractFunctionZeroDataError)) return new ContractMissingError({ verb, chainId, cause: error })
  if (has(error, InsufficientFundsError)) return new FundsInsufficientError({ verb, chainId, cause: error })
  const data = revertDataOf(error)
  if (data === undefined && isTransportError(error)) return new ChainUnreachableError({ verb, chainId, cause: error })
  return new CallRevertedError({ verb, chainId, data, cause: error })
}

function isTransportError(error: unknown): boolean {
  return has(error, HttpRequestError, TimeoutError, SocketClosedError, WebSocketRequestError)
}

function has(error: unknown, ...kinds: readonly (new (...args: never[]) => Error)[]): boolean {
  return walkCauses(error, (link) => kinds.some((kind) => link instanceof kind)) !== undefined
}
