import type { Hex } from 'viem'
import { BaseError } from './base.ts'

/** Others wrote a cell each time between reading and writing it. */
export class CellContendedError extends BaseError {
  override readonly name = 'CellContendedError'
  readonly attempts: number

  constructor({ key, attempts, cause }: { readonly key: Hex; readonly attempts: number; readonly cause: unknown }) {
    super(`Cell ${key} was written by others ${attempts} times in a row while being edited.`, {
      cause,
      retryable: true,
      metaMessages: ['Acquire a lease first, or split what is edited into more cells.'],
    })
    this.attempts = attempts
  }
}

/** A lease is no longer held, or might no longer be. */
export class LeaseLostError extends BaseError {
  override readonly name = 'LeaseLostError'
  readonly key: Hex
  readonly token: number

  constructor({ key, token, fact, cause }: { readonly key: Hex; readonly token: number; readonly fact: string; readonly cause?: unknown }) {
    super(`The lease on cell ${key} under token ${token} is lost: ${fact}.`, {
      cause,
      metaMessages: ['Stop the work. What was written under the token stands; acquire the cell anew to go on.'],
    })
    this.key = key
    this.token = token
  }
}

/** The entries of a topic that a provider gave are not those that the contract counted. */
export class TopicIncompleteError extends BaseError {
  override readonly name = 'TopicIncompleteError'
  readonly topic: Hex
  /** The place of the first entry that is not proved. */
  readonly sequence: bigint

  constructor({ topic, sequence, fact }: { readonly topic: Hex; readonly sequence: bigint; readonly fact: string }) {
    super(`Topic ${topic} is not whole from entry ${sequence} on: ${fact}.`, {
      retryable: true,
      metaMessages: ['Nothing of it was handed on. Another provider may have the rest.'],
    })
    this.topic = topic
    this.sequence = sequence
  }
}
