/** What every error of Hanse is built from. */
export type BaseErrorOptions = {
  /** What went wrong underneath. */
  readonly cause?: unknown
  /** Lines that say more: values, and what to do. */
  readonly metaMessages?: readonly string[]
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable?: boolean
}

/**
 * The root of all errors of Hanse. Its short message names the thing, the fact and the expectation; the meta lines say what to do.
 *
 * @example
 * ```ts
 * import { BaseError } from '@hanse/sdk'
 *
 * const error = new BaseError('Chain 5 is not configured, expected one of 1, 10.')
 * error.shortMessage // 'Chain 5 is not configured, expected one of 1, 10.'
 * ```
 */
export class BaseError extends Error {
  override readonly name: string = 'BaseError'
  /** The first line of the message. */
  readonly shortMessage: string
  /** The lines after it. */
  readonly metaMessages: readonly string[]
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable: boolean

  constructor(shortMessage: string, options: BaseErrorOptions = {}) {
    const { cause, metaMessages = [], retryable = false } = options
    super([shortMessage, ...metaMessages].join('\n'), cause === undefined ? {} : { cause })
    this.shortMessage = shortMessage
    this.metaMessages = metaMessages
    this.retryable = retryable
  }

  /** Stable word for programs: the name of the error's class. */
  get code(): string {
    return this.name
  }

  /** Path of the page about this error, below the documentation's root. */
  get docsPath(): string {
    return `errors.md#${this.name.toLowerCase()}`
  }

  /**
   * The first error in this one's chain of causes, itself included, that fits; without a condition, the innermost one.
   *
   * @param fits Tells whether an error is the one looked for.
   */
  walk(fits?: (error: unknown) => boolean): unknown {
    return walkCauses(this, fits)
  }
}

/** The first error in a chain of causes that fits; without a condition, the innermost one. Endless chains end after 32 links. */
export function walkCauses(error: unknown, fits?: (error: unknown) => boolean): unknown {
  let current = error
  for (let depth = 0; depth < 32; depth++) {
    if (fits?.(current)) return current
    const next: unknown = current instanceof Error ? current.cause : undefined
    if (next === undefined || next === null) return fits === undefined ? current : undefined
    current = next
  }
  return undefined
}

/** What was thrown, as text: errors say it in their message, and anything may be thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
