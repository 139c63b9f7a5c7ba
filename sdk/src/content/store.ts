import { type Hex, isHex, keccak256 } from 'viem'
import { ContentHashInvalidError, ContentTooLargeError, ContentWrongError } from '../errors/content.ts'

/** The largest body that a store takes: 64 MiB. */
export const maxContentBytes = 64 * 1024 * 1024

/** Bodies by keccak-256: task descriptions, deliverables, agent cards. What `get` gives was hashed again. */
export type ContentStore = {
  /** Keeps a body and gives its hash. Keeping the same body again changes nothing. */
  put(bytes: Uint8Array): Promise<Hex>
  /**
   * The body with a hash.
   *
   * @throws ContentMissingError when the store does not have it.
   * @throws ContentWrongError when what it has hashes to something else.
   */
  get(hash: Hex): Promise<Uint8Array>
}

/**
 * The hash of a body that may be stored.
 *
 * @throws ContentTooLargeError over 64 MiB.
 */
export function contentHash(bytes: Uint8Array): Hex {
  if (bytes.length > maxContentBytes) throw new ContentTooLargeError({ size: bytes.length, limit: maxContentBytes })
  return keccak256(bytes)
}

/**
 * A content hash in its one form, lower case.
 *
 * @throws ContentHashInvalidError when it is not 32 bytes in hex. So nothing else ever reaches a path or a URL.
 */
export function checkedHash(hash: string): Hex {
  if (!isHex(hash, { strict: true }) || hash.length !== 66) throw new ContentHashInvalidError(hash)
  return `0x${hash.slice(2).toLowerCase()}`
}

/**
 * The body, when it is the one that was asked for.
 *
 * @throws ContentWrongError when it is another.
 */
export function checkedContent(hash: Hex, bytes: Uint8Array): Uint8Array {
  const actual = keccak256(bytes)
  if (actual !== hash) throw new ContentWrongError({ hash, actual })
  return bytes
}
