import { BaseError } from './base.ts'

/** Bytes or values that do not have the form that the protocol fixes. */
export class FormatError extends BaseError {
  override readonly name = 'FormatError'
  /** What was read or built. */
  readonly subject: string

  constructor({ subject, fact, expected }: { readonly subject: string; readonly fact: string; readonly expected: string }) {
    super(`${subject}: ${fact}, expected ${expected}.`, { docsPath: 'errors.md#formaterror' })
    this.subject = subject
  }
}
