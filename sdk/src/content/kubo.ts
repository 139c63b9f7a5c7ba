import { type Hex, hexToBytes } from 'viem'
import { ContentMissingError, ContentStoreError, ContentTooLargeError, ContentWrongError } from '../errors/content.ts'
import { FormatError } from '../errors/format.ts'
import { type ContentStore, checkedContent, checkedHash, contentHash } from './store.ts'

/** The largest body that fits into one block of IPFS, and so has a CID made of its keccak-256: 1 MiB. */
export const maxKuboBytes = 1024 * 1024

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** The CID under which Kubo keeps the body of a hash: version 1, raw, keccak-256, in base 32. So nothing has to be looked up. */
export function cidOf(hash: Hex): string {
  let text = 'b'
  let bits = 0
  let value = 0
  for (const byte of [0x01, 0x55, 0x1b, 0x20, ...hexToBytes(checkedHash(hash))]) {
    value = (value << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(value >> (bits - 5)) & 31]
    value &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + alphabet[(value << (5 - bits)) & 31]
}

/**
 * A content store in an IPFS node, over the HTTP API of Kubo (`add` and `cat`). What comes back is hashed again: the node is not trusted.
 *
 * @param parameters.url Of the API, such as `http://127.0.0.1:5001`.
 * @param parameters.timeoutMs After which a body counts as missing: a node looks for it everywhere. Default 10,000.
 * @example
 * ```ts
 * import { content } from '@hanse/sdk'
 *
 * const store = content.kuboStore({ url: 'http://127.0.0.1:5001' })
 * const hash = await store.put(new TextEncoder().encode('hello'))
 * const body = await store.get(hash)
 * ```
 */
export function kuboStore({ url, timeoutMs = 10_000, fetch = globalThis.fetch }: kuboStore.Parameters): ContentStore {
  const call = (verb: string, query: Readonly<Record<string, string>>, body?: FormData) =>
    fetch(new URL(`/api/v0/${verb}?${new URLSearchParams(query)}`, url), {
      method: 'POST',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    })
  return {
    async put(bytes) {
      const hash = contentHash(bytes)
      if (bytes.length > maxKuboBytes) throw new ContentTooLargeError({ size: bytes.length, limit: maxKuboBytes })
      const form = new FormData()
      form.append('file', new Blob([bytes.slice()]))
      const query = { 'cid-version': '1', 'raw-leaves': 'true', hash: 'keccak-256', chunker: `size-${maxKuboBytes}`, pin: 'true' }
      const response = await call('add', query, form).catch((cause: unknown) => refuse('write', url, cause))
      const text = await response.text()
      const expected = `the CID ${cidOf(hash)}`
      if (!response.ok)
        return refuse('write', url, new FormatError({ subject: 'Answer of the node', fact: `HTTP ${response.status}`, expected }))
      const fact = `it keeps the body as ${cidIn(text)}`
      if (cidIn(text) !== cidOf(hash)) return refuse('write', url, new FormatError({ subject: 'Answer of the node', fact, expected }))
      return hash
    },
    async get(hash) {
      const key = checkedHash(hash)
      const response = await call('cat', { arg: cidOf(key) }).catch(() => undefined)
      if (response === undefined || !response.ok) throw new ContentMissingError({ hash: key, where: url })
      return checkedContent(key, await readBody(response, key))
    },
  }
}

export declare namespace kuboStore {
  type Parameters = { readonly url: string; readonly timeoutMs?: number; readonly fetch?: typeof globalThis.fetch }
}

/** Reads no more than a body may have, whatever the node sends. */
async function readBody(response: Response, hash: Hex): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      if (size > maxKuboBytes) throw new ContentWrongError({ hash, actual: '0x' })
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof ContentWrongError) throw error
    throw new ContentMissingError({ hash, where: new URL(response.url || 'http://node').host })
  }
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}

/** The CID that `add` answers with. */
function cidIn(text: string): string {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null && 'Hash' in answer ? String(answer.Hash) : 'nothing'
  } catch {
    return 'nothing'
  }
}

function refuse(doing: string, path: string, cause: unknown): never {
  throw new ContentStoreError({ doing, path, cause })
}
