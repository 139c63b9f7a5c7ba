import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hex, keccak256 } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { content, errors } from '../../../sdk/src/index.ts'
import { directoryStore } from '../../../sdk/src/node/directoryStore.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hanse-content-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const fileOf = (hash: Hex) => join(root, 'store', hash.slice(2, 4), hash.slice(4))

describe.each([
  ['memory', () => content.memoryStore()],
  ['directory', () => directoryStore({ path: join(root, 'store') })],
])('content store in %s', (_, create) => {
  it('gives back what was put, by its hash', async () => {
    const store = create()
    for (const body of [new Uint8Array(0), bytesOf('hello'), new Uint8Array(300_000).fill(7)]) {
      const hash = await store.put(body)
      expect(hash).toBe(keccak256(body))
      expect(await store.put(body)).toBe(hash)
      expect(await store.get(hash)).toEqual(body)
      expect(await store.get(`0x${hash.slice(2).toUpperCase()}`)).toEqual(body)
    }
  })

  it('cannot be changed through what was put or got', async () => {
    const store = create()
    const body = bytesOf('hello')
    const hash = await store.put(body)
    body[0] = 0
    const got = await store.get(hash)
    got[0] = 0
    expect(await store.get(hash)).toEqual(bytesOf('hello'))
  })

  it('says what is missing, and that it may still come', async () => {
    const missing = create().get(keccak256('0x1234'))
    await expect(missing).rejects.toMatchObject({ name: 'ContentMissingError', hash: keccak256('0x1234'), retryable: true })
  })

  it.each(['../../etc/passwd', '0x', '0x12', `0x${'../'.repeat(21)}a`, `0x${'zz'.repeat(32)}`, `0x${'00'.repeat(33)}`, ''])(
    'refuses the hash %j',
    async (hash) => {
      // A caller in plain JavaScript can pass anything.
      await expect(Reflect.apply(create().get, undefined, [hash])).rejects.toBeInstanceOf(errors.ContentHashInvalidError)
    },
  )

  it('takes 64 MiB and not one byte more', async () => {
    await expect(create().put(new Uint8Array(content.maxContentBytes + 1))).rejects.toBeInstanceOf(errors.ContentTooLargeError)
  })
})

describe('content directory', () => {
  it('finds bodies that were changed, cut off or swapped, and heals them by putting again', async () => {
    const store = directoryStore({ path: join(root, 'store') })
    const hash = await store.put(bytesOf('a true report'))
    await writeFile(fileOf(hash), 'a lying report')
    await expect(store.get(hash)).rejects.toMatchObject({ name: 'ContentWrongError', hash, actual: keccak256(bytesOf('a lying report')) })
    await store.put(bytesOf('a true report'))
    await truncate(fileOf(hash), 3)
    await expect(store.get(hash)).rejects.toBeInstanceOf(errors.ContentWrongError)
    await store.put(bytesOf('a true report'))
    expect(await store.get(hash)).toEqual(bytesOf('a true report'))
  })

  it('never follows a link nor reads a folder', async () => {
    const store = directoryStore({ path: join(root, 'store') })
    const secret = bytesOf('secret')
    const hash = keccak256(secret)
    await writeFile(join(root, 'secret'), secret)
    await mkdir(join(root, 'store', hash.slice(2, 4)), { recursive: true })
    await symlink(join(root, 'secret'), fileOf(hash))
    await expect(store.get(hash)).rejects.toBeInstanceOf(errors.ContentMissingError)
    const folder = keccak256('0x99')
    await mkdir(fileOf(folder), { recursive: true })
    await expect(store.get(folder)).rejects.toBeInstanceOf(errors.ContentMissingError)
    // Putting replaces the link, not what it points at.
    await store.put(secret)
    expect(await store.get(hash)).toEqual(secret)
    expect(await readFile(join(root, 'secret'), 'utf8')).toBe('secret')
  })

  it('says why it cannot write', async () => {
    await writeFile(join(root, 'file'), '')
    const store = directoryStore({ path: join(root, 'file') })
    await expect(store.put(bytesOf('x'))).rejects.toBeInstanceOf(errors.ContentStoreError)
  })

  it('is shared by processes that write the same bodies at once, and holds no halves', async () => {
    const worker = new URL('../support/putMany.ts', import.meta.url)
    const children = [1, 2, 3].map(() => fork(worker, [join(root, 'store')]))
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]))
    expect(codes).toEqual([0, 0, 0])
    const store = directoryStore({ path: join(root, 'store') })
    const entries = await readdir(join(root, 'store'))
    expect(entries.filter((name) => name.startsWith('draft-'))).toEqual([])
    for (let index = 0; index < 20; index++) {
      const body = new Uint8Array(50_000).fill(index)
      expect(await store.get(keccak256(body))).toEqual(body)
    }
  })
})
