import { PeerInvalidError } from '../errors.ts'
import type { PeerRequest } from '../outside.ts'

/** Milliseconds until a peer counts as silent. */
export const patience = 2_000
/** Longest answer that is read from a peer, bytes. */
const maxAnswer = 4_194_304

/**
 * Asks a peer over HTTP.
 *
 * @throws PeerInvalidError when the answer is longer than anything that a peer has to say.
 */
export async function askPeer({ peer, path, body }: PeerRequest): Promise<unknown> {
  const post = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  const response = await fetch(new URL(path, peer), { ...post, signal: AbortSignal.timeout(patience) })
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxAnswer) throw new PeerInvalidError(`Peer ${new URL(peer).host} answers with more than ${maxAnswer} bytes.`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
