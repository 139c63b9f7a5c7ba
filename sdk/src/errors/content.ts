import type { Hex } from 'viem'
import { BaseError, messageOf } from './base.ts'

/** The store does not have a body. It may still come. */
export class ContentMissingError extends BaseError {
  override readonly name = 'ContentMissingError'
  readonly hash: Hex

  constructor({ hash, where }: { readonly hash: Hex; readonly where: string }) {
    super(`Content ${hash} is not in ${where}.`, {
      retryable: true,
      metaMessages: ['Whoever committed to the hash has to publish the body.'],
    })
    this.hash = hash
  }
}

/** What the store has under a hash is something else. */
export class ContentWrongError extends BaseError {
  override readonly name = 'ContentWrongError'
  readonly hash: Hex
  readonly actual: Hex

  constructor({ hash, actual }: { readonly hash: Hex; readonly actual: Hex }) {
    super(`Content ${hash} is wrong: it hashes to ${actual}.`, {
      metaMessages: ['The body was changed or cut off. Fetch it from elsewhere.'],
    })
    this.hash = hash
    this.actual = actual
  }
}

/** A hash that is not 32 bytes in hex. */
export class ContentHashInvalidError extends BaseError {
  override readonly name = 'ContentHashInvalidError'
  readonly hash: string

  constructor(hash: string) {
    super(`Content hash ${JSON.stringify(hash)} is not valid, expected 0x and 64 hex digits.`, {})
    this.hash = hash
  }
}

/** A body over the limit. */
export class ContentTooLargeError extends BaseError {
  override readonly name = 'ContentTooLargeError'
  readonly size: number
  readonly limit: number

  constructor({ size, limit }: { readonly size: number; readonly limit: number }) {
    super(`Content has ${size} bytes, expected at most ${limit}.`)
    this.size = size
    this.limit = limit
  }
}

/** The store could not be read or written: disk full, no permission. */
export class ContentStoreError extends BaseError {
  override readonly name = 'ContentStoreError'

  constructor({ doing, path, cause }: { readonly doing: string; readonly path: string; readonly cause: unknown }) {
    const reason = messageOf(cause)
    super(`Could not ${doing} ${path}: ${reason}`, {
      cause,
      retryable: true,
      metaMessages: ['See that the folder is yours and its disk has room, then do the same again.'],
    })
  }
}

/** A body cannot be sealed for these readers, or not be opened by this one. */
export class ContentSealedError extends BaseError {
  override readonly name = 'ContentSealedError'

  constructor(fact: string) {
    super(`Sealed content: ${fact}.`, {
      metaMessages: ['Ask whoever sealed it to seal it for your public key too.'],
    })
  }
}
