import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { keccak256 } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { content } from '../../../sdk/src/index.ts'

/** As much of Kubo as the store uses: one raw block per body, under the CID of the hash function that was asked for. */
let server: Server
let url: string
let bodies: Map<string, Uint8Array>
let bend: (body: Uint8Array) => Uint8Array

beforeEach(async () => {
  bodies = new Map()
  bend = (body) => body
  server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://kubo')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (request.method === 'POST' && pathname === '/api/v0/add' && searchParams.get('hash') === 'keccak-256') {
      const form = await new Response(Buffer.concat(chunks), {
        headers: { 'content-type': request.headers['content-type'] ?? '' },
      }).formData()
      const file = form.get('file')
      const body = new Uint8Array(file instanceof Blob ? await file.arrayBuffer() : [])
      const cid = content.cidOf(keccak256(body))
      bodies.set(cid, body)
      return response.end(JSON.stringify({ Name: cid, Hash: cid, Size: `${body.length}` }))
    }
    const found = bodies.get(searchParams.get('arg') ?? '')
    if (pathname !== '/api/v0/cat' || found === undefined) return response.writeHead(500).end('{"Message":"not found"}')
    return response.end(bend(found))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => new Promise((resolve) => server.close(resolve)))

describe('kuboStore', () => {
  it('makes the CID of a hash as IPFS does', () => {
    // cid.parse of multiformats gives these bytes back: 01 55 1b 20 and the hash.
    const hash = keccak256(new TextEncoder().encode('hello'))
    expect(hash).toBe('0x1c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36deac8')
    expect(content.cidOf(hash)).toMatch(/^bafkrwi[a-z2-7]{52}$/)
    const bits = [...content.cidOf(hash).slice(1)]
      .map((c) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(c).toString(2).padStart(5, '0'))
      .join('')
    expect(Buffer.from((bits.slice(0, 36 * 8).match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))).toString('hex')).toBe(
      `01551b20${hash.slice(2)}`,
    )
  })

  it('gives back what was put, by its hash', async () => {
    const store = content.kuboStore({ url })
    for (const body of [new Uint8Array(0), new TextEncoder().encode('hello'), new Uint8Array(content.maxKuboBytes).fill(7)]) {
      const hash = await store.put(body)
      expect(hash).toBe(keccak256(body))
      expect(await store.get(hash)).toEqual(body)
    }
  })

  it('believes no node: not another body, nor a longer one, nor another CID', async () => {
    const store = content.kuboStore({ url })
    const hash = await store.put(new TextEncoder().encode('hello'))
    bend = () => new TextEncoder().encode('hullo')
    await expect(store.get(hash)).rejects.toMatchObject({ name: 'ContentWrongError' })
    bend = () => new Uint8Array(content.maxKuboBytes + 1)
    await expect(store.get(hash)).rejects.toMatchObject({ name: 'ContentWrongError' })
    const other = content.kuboStore({ url, fetch: async () => new Response('{"Hash":"bafkrwother"}') })
    await expect(other.put(new Uint8Array(3))).rejects.toMatchObject({ name: 'ContentStoreError' })
  })

  it('says what is missing, too large, or out of reach', async () => {
    const store = content.kuboStore({ url })
    await expect(store.get(keccak256('0x12'))).rejects.toMatchObject({ name: 'ContentMissingError', retryable: true })
    await expect(store.put(new Uint8Array(content.maxKuboBytes + 1))).rejects.toMatchObject({ name: 'ContentTooLargeError' })
    const hanging = content.kuboStore({
      url,
      timeoutMs: 20,
      fetch: (_, init) => new Promise((_, reject) => init?.signal?.addEventListener('abort', reject)),
    })
    await expect(hanging.get(keccak256('0x12'))).rejects.toMatchObject({ name: 'ContentMissingError' })
    await expect(hanging.put(new Uint8Array(1))).rejects.toMatchObject({ name: 'ContentStoreError', retryable: true })
  })
})
