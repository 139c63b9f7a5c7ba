import { randomUUID } from 'node:crypto'
import { constants, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Hex } from 'viem'
import { type ContentStore, checkedContent, checkedHash, contentHash, maxContentBytes } from '../content/store.ts'
import { BaseError } from '../errors/base.ts'
import { ContentMissingError, ContentStoreError, ContentTooLargeError } from '../errors/content.ts'

const missingCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'])

/**
 * A content store in a directory: one file per body, named by its hash. Any number of processes may share it. A body is written to a file of
 * its own and renamed, so a reader sees all of it or nothing, and a crash leaves nothing under a hash.
 *
 * @param parameters.path Created on first use.
 * @example
 * ```ts
 * import { directoryStore } from '@hanse/sdk/node'
 *
 * const store = directoryStore({ path: './content' })
 * const hash = await store.put(new TextEncoder().encode('hello'))
 * const body = await store.get(hash)
 * ```
 */
export function directoryStore({ path }: { readonly path: string }): ContentStore {
  const root = resolve(path)
  // Two hex digits per folder keep folders small however many bodies there are.
  const fileOf = (hash: Hex) => join(root, hash.slice(2, 4), hash.slice(4))
  return {
    async put(bytes) {
      const hash = contentHash(bytes)
      // Written even when it is there: so a body that was damaged on the disk is whole again.
      await write({ root, file: fileOf(hash), bytes })
      return hash
    },
    async get(hash) {
      const key = checkedHash(hash)
      return checkedContent(key, await read({ hash: key, file: fileOf(key), root }))
    },
  }
}

async function write({ root, file, bytes }: { readonly root: string; readonly file: string; readonly bytes: Uint8Array }): Promise<void> {
  const draft = join(root, `draft-${randomUUID()}`)
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(draft, 'wx', 0o644)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
    await persistName(file)
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw new ContentStoreError({ doing: 'write', path: file, cause })
  }
}

/** Makes the new name itself durable. Not every platform can. */
async function persistName(file: string): Promise<void> {
  const folder = await open(dirname(file), 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}

async function read({ hash, file, root }: { readonly hash: Hex; readonly file: string; readonly root: string }): Promise<Uint8Array> {
  try {
    // Never through a symbolic link, and never waiting for a pipe: neither is a body that this store wrote.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    try {
      const found = await handle.stat()
      if (!found.isFile()) throw new ContentMissingError({ hash, where: root })
      if (found.size > maxContentBytes) throw new ContentTooLargeError({ size: found.size, limit: maxContentBytes })
      return new Uint8Array(await handle.readFile())
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (cause instanceof BaseError) throw cause
    if (cause instanceof Error && 'code' in cause && missingCodes.has(String(cause.code)))
      throw new ContentMissingError({ hash, where: root })
    throw new ContentStoreError({ doing: 'read', path: file, cause })
  }
}
