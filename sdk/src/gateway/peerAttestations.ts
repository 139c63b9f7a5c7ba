import { type Address, type Hex, isHex } from 'viem'
import { BaseError, messageOf } from '../errors/base.ts'

/** What a watcher's API says that somebody signed. Nothing of it is checked yet but its form. */
export type ClaimedAttestation = {
  readonly nonce: bigint
  readonly head: Hex
  readonly signer: Address
  readonly signature: Hex
}

/** Asks one watcher for what it has of one lane and generation. */
export type PeerQuery = {
  readonly url: string
  readonly setId: Hex
  readonly laneKey: Hex
  /** The least nonce. */
  readonly from: bigint
  /** The highest nonce that is of interest. */
  readonly to: bigint
  /** Most attestations that an honest watcher can have. */
  readonly limit: number
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  readonly fetch: typeof globalThis.fetch
}

/** What a watcher answered, and why it stopped making sense when it did. */
export type PeerAnswer = { readonly claims: readonly ClaimedAttestation[]; readonly fault: string | undefined }

/** Longest answer that is read, bytes. */
const maxAnswer = 4_194_304

/** Reads page by page. A watcher that does not answer, or makes no sense, costs its timeout and nothing else. */
export async function askPeer(query: PeerQuery): Promise<PeerAnswer> {
  // By what they say: a page may repeat the end of the one before.
  const known = new Map<string, ClaimedAttestation>()
  const claims = () => [...known.values()]
  let { from } = query
  try {
    while (from <= query.to) {
      const page = await readPage(query, from)
      for (const claim of page) if (claim.nonce <= query.to) known.set(Object.values(claim).join(' '), claim)
      if (known.size > query.limit)
        return { claims: claims().slice(0, query.limit), fault: 'it has more than all watchers can have signed' }
      if (page.length === 0) break
      // A page may end inside of a nonce, so the next one begins with it again.
      const later = page.map(({ nonce }) => nonce).filter((nonce) => nonce > from)
      from = later.sort((a, b) => (a < b ? -1 : 1)).at(-1) ?? from + 1n
    }
    return { claims: claims(), fault: undefined }
  } catch (error) {
    query.signal?.throwIfAborted()
    return { claims: claims(), fault: messageOf(error) }
  }
}

async function readPage(
  { url, setId, laneKey, timeoutMs, signal, fetch }: PeerQuery,
  from: bigint,
): Promise<readonly ClaimedAttestation[]> {
  const target = new URL(`v1/attestations?setId=${setId}&laneKey=${laneKey}&from=${from}`, url.endsWith('/') ? url : `${url}/`)
  const patience = AbortSignal.timeout(timeoutMs)
  const response = await fetch(target, { signal: signal === undefined ? patience : AbortSignal.any([signal, patience]) })
  if (!response.ok) return fail(`it answers with status ${response.status}`)
  const body: unknown = JSON.parse(await textOf(response))
  const list: unknown = property(body, 'attestations')
  if (!Array.isArray(list)) return fail('its answer has no list of attestations')
  return list.map((item: unknown) => toClaim(item, laneKey, setId) ?? fail('an attestation is malformed'))
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  const reader = response.body?.getReader()
  let text = ''
  for (let length = 0; reader !== undefined; ) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > maxAnswer) {
      await reader.cancel()
      return fail(`its answer is longer than ${maxAnswer} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}

function toClaim(item: unknown, laneKey: Hex, setId: Hex): ClaimedAttestation | undefined {
  const [nonce, head, signer, signature] = ['nonce', 'head', 'signer', 'signature'].map((key) => property(item, key))
  const isOurs = property(item, 'setId') === setId && property(item, 'laneKey') === laneKey
  if (!isOurs || typeof nonce !== 'number' || !Number.isSafeInteger(nonce) || nonce < 0) return undefined
  if (!isBytes(head, 32) || !isBytes(signer, 20) || !isBytes(signature, 64)) return undefined
  return { nonce: BigInt(nonce), head, signer, signature }
}

function isBytes(value: unknown, length: number): value is Hex {
  return isHex(value, { strict: true }) && value.length === 2 + 2 * length
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function fail(fact: string): never {
  throw new PeerFault(fact)
}

/** Stays inside of this file: whoever asks gets it as the `fault` of an answer. */
class PeerFault extends BaseError {}
