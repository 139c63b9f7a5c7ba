import { bytesToHex, concatBytes, type Hex, hexToBytes } from 'viem'
import { ContentSealedError } from '../errors/content.ts'

/** A pair of keys of a reader: the public one is told to others, the private one never leaves WebCrypto unless it was made extractable. */
export type ReaderKeys = { readonly publicKey: Hex; readonly privateKey: CryptoKey }

const curve = { name: 'ECDH', namedCurve: 'P-256' } as const
const version = 1
const pointBytes = 65
const wrapBytes = 48
const headBytes = 1 + pointBytes + 2
/** Every key below encrypts one thing once, so the counter may start anywhere. */
const iv = new Uint8Array(12)

/**
 * Makes the keys of a reader, with WebCrypto.
 *
 * @param parameters.isExtractable Whether the private key can be exported, to be kept elsewhere. Default false.
 * @example
 * ```ts
 * import { content } from '@hanse/sdk'
 *
 * const { publicKey, privateKey } = await content.createReaderKeys()
 * ```
 */
export async function createReaderKeys({ isExtractable = false }: { readonly isExtractable?: boolean } = {}): Promise<ReaderKeys> {
  const pair = await crypto.subtle.generateKey(curve, isExtractable, ['deriveBits'])
  return { publicKey: bytesToHex(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))), privateKey: pair.privateKey }
}

/**
 * Seals a body for readers: all members of a group, or one. What comes out is stored and its hash goes on chain, so everybody can check that it
 * is what was meant, and only the readers can read it. It shows how many readers there are, not who.
 *
 * AES-256-GCM under a fresh key; that key once for each reader, under HKDF-SHA-256 of ECDH over P-256 with a key pair made for this body alone.
 *
 * @throws ContentSealedError when there is no reader, more than 65,535, or a public key is none.
 * @example
 * ```ts
 * import { content } from '@hanse/sdk'
 *
 * const hash = await store.put(await content.seal({ body, readers: [ada.publicKey, bo.publicKey] }))
 * ```
 */
export async function seal({ body, readers }: { readonly body: Uint8Array; readonly readers: readonly Hex[] }): Promise<Uint8Array> {
  if (readers.length === 0 || readers.length > 65_535) throw new ContentSealedError(`${readers.length} readers, expected 1 to 65,535`)
  const own = await crypto.subtle.generateKey(curve, false, ['deriveBits'])
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey))
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const wraps = await Promise.all(
    readers.map(async (reader) => {
      const key = await sharedKey({ privateKey: own.privateKey, publicKey: hexToBytes(reader), point, reader: hexToBytes(reader) })
      return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, secret))
    }),
  )
  const count = new Uint8Array([readers.length >> 8, readers.length & 255])
  const head = concatBytes([new Uint8Array([version]), point, count, ...wraps])
  const key = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt'])
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: head.slice() }, key, body.slice())
  return concatBytes([head, new Uint8Array(sealed)])
}

/**
 * Opens what `seal` made.
 *
 * @throws ContentSealedError when it is not for this reader, or was changed.
 * @example
 * ```ts
 * import { content } from '@hanse/sdk'
 *
 * const body = await content.unseal({ sealed: await store.get(hash), keys })
 * ```
 */
export async function unseal({ sealed, keys }: { readonly sealed: Uint8Array; readonly keys: ReaderKeys }): Promise<Uint8Array> {
  const count = ((sealed[headBytes - 2] ?? 0) << 8) | (sealed[headBytes - 1] ?? 0)
  const end = headBytes + count * wrapBytes
  if (sealed[0] !== version || count === 0 || sealed.length < end + 16)
    throw new ContentSealedError('it is not of the form of a sealed body')
  const point = sealed.slice(1, 1 + pointBytes)
  const wrapKey = await sharedKey({ privateKey: keys.privateKey, publicKey: point, point, reader: hexToBytes(keys.publicKey) })
  for (let at = headBytes; at < end; at += wrapBytes) {
    const secret = await decrypt(wrapKey, sealed.slice(at, at + wrapBytes))
    if (secret === undefined) continue
    const key = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['decrypt'])
    const body = await decrypt(key, sealed.slice(end), sealed.slice(0, end))
    if (body === undefined) throw new ContentSealedError('it was changed after it was sealed')
    return new Uint8Array(body)
  }
  throw new ContentSealedError('none of its readers has this key')
}

type Shared = {
  readonly privateKey: CryptoKey
  readonly publicKey: Uint8Array
  /** The public key made for the body. */
  readonly point: Uint8Array
  readonly reader: Uint8Array
}

/** The key between a body and one reader. */
async function sharedKey({ privateKey, publicKey, point, reader }: Shared): Promise<CryptoKey> {
  const other = await crypto.subtle.importKey('raw', publicKey.slice(), curve, false, []).catch(() => undefined)
  if (other === undefined) throw new ContentSealedError('a public key is not a point of P-256')
  const bits = await crypto.subtle.deriveBits({ name: 'ECDH', public: other }, privateKey, 256)
  const base = await crypto.subtle.importKey('raw', bits, 'HKDF', false, ['deriveKey'])
  const info = concatBytes([new TextEncoder().encode('hanse seal 1'), reader]).slice()
  const derived = { name: 'HKDF', hash: 'SHA-256', salt: point.slice(), info } as const
  return crypto.subtle.deriveKey(derived, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

async function decrypt(key: CryptoKey, bytes: Uint8Array, head?: Uint8Array): Promise<ArrayBuffer | undefined> {
  const algorithm = { name: 'AES-GCM', iv, ...(head === undefined ? {} : { additionalData: head.slice() }) }
  return crypto.subtle.decrypt(algorithm, key, bytes.slice()).catch(() => undefined)
}
