import type { Hex } from 'viem'
import { ContentMissingError } from '../errors/content.ts'
import { type ContentStore, checkedContent, checkedHash, contentHash } from './store.ts'

/**
 * A content store in memory. Bodies are copied in and out, so nobody can change one from outside.
 *
 * @example
 * ```ts
 * import { content } from '@hanse/sdk'
 *
 * const store = content.memoryStore()
 * const hash = await store.put(new TextEncoder().encode('hello'))
 * ```
 */
export function memoryStore(): ContentStore {
  const bodies = new Map<Hex, Uint8Array>()
  return {
    async put(bytes) {
      const hash = contentHash(bytes)
      bodies.set(hash, bytes.slice())
      return hash
    },
    async get(hash) {
      const key = checkedHash(hash)
      const bytes = bodies.get(key)
      if (bytes === undefined) throw new ContentMissingError({ hash: key, where: 'memory' })
      return checkedContent(key, bytes.slice())
    },
  }
}
