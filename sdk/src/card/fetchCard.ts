import { messageOf } from '../errors/base.ts'
import { CardUnavailableError } from '../errors/card.ts'
import { type CheckedCard, checkCard } from './check.ts'
import { maxCardBytes } from './strictJson.ts'

/**
 * Gets the card of an agent from where its profile says it is, and checks that it is its card. Follows `https:` and `data:` only, no redirect, and
 * reads no more than 65,536 bytes.
 *
 * @throws CardUnavailableError when it cannot be had; CardInvalidError when it is not the agent's card.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 * import { fetchCard } from '@hanse/sdk/card'
 *
 * const { value } = await agent.getAgents(client, { chainId: 1 })
 * for (const { agentId, profile } of value) {
 *   const { card } = await fetchCard({ profile, agent: { chainId: 1, registry, agentId } })
 * }
 * ```
 */
export async function fetchCard({
  profile,
  agent,
  protocols = ['https:', 'data:'],
  timeoutMs = 10_000,
  fetch: get = fetch,
}: fetchCard.Parameters): Promise<CheckedCard> {
  const uri = profile.cardUri
  if (!URL.canParse(uri) || !protocols.includes(new URL(uri).protocol)) {
    throw new CardUnavailableError({ uri, fact: `only ${protocols.join(' and ')} is followed` })
  }
  const text = await read({ uri, get, timeoutMs }).catch((cause: unknown) => {
    throw cause instanceof CardUnavailableError ? cause : new CardUnavailableError({ uri, fact: messageOf(cause), cause })
  })
  return checkCard({ text, profile, ...(agent === undefined ? {} : { agent }) })
}

export declare namespace fetchCard {
  type Parameters = Required<Pick<checkCard.Parameters, 'profile'>> &
    Pick<checkCard.Parameters, 'agent'> & {
      readonly profile: { readonly cardUri: string }
      /** Which kinds of address are followed. Default `https:` and `data:`. */
      readonly protocols?: readonly string[]
      readonly timeoutMs?: number
      /** Instead of the platform's: for other gateways, or to keep a server away from its own network. */
      readonly fetch?: typeof fetch
    }
}

type Read = { readonly uri: string; readonly get: typeof fetch; readonly timeoutMs: number }

async function read({ uri, get, timeoutMs }: Read): Promise<string> {
  const response = await get(uri, {
    redirect: 'error',
    credentials: 'omit',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (!response.ok) throw new CardUnavailableError({ uri, fact: `the answer is ${response.status}` })
  const pieces: Uint8Array[] = []
  let size = 0
  // Whatever length the answer claims, no more than this is taken.
  for await (const piece of response.body ?? []) {
    size += piece.length
    if (size > maxCardBytes) throw new CardUnavailableError({ uri, fact: `it is longer than ${maxCardBytes} bytes` })
    pieces.push(piece)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(await new Blob(pieces.map((piece) => new Uint8Array(piece))).arrayBuffer())
}
