import { BaseError } from './base.ts'

/** Bytes or values that do not have the form that the protocol fixes. */
export class FormatError extends BaseError {
  override readonly name = 'FormatError'
  /** What was read or built. */
  readonly subject: string

  constructor({ subject, fact, expected }: { readonly subject: string; readonly fact: string; readonly expected: string }) {
    super(`${subject}: ${fact}, expected ${expected}.`)
    this.subject = subject
  }
}

/** A node tells of a state and has no event that led there: its logs lag behind its state, it has thrown them away, or it lies. */
export class EventUnseenError extends BaseError {
  override readonly name = 'EventUnseenError'
  /** What the event is about. */
  readonly subject: string

  constructor({ subject, fact, expected }: { readonly subject: string; readonly fact: string; readonly expected: string }) {
    super(`${subject}: ${fact}, expected ${expected}.`, {
      retryable: true,
      metaMessages: ['Try again. If it stays so, use a node that keeps all events since the deployment.'],
    })
    this.subject = subject
  }
}
