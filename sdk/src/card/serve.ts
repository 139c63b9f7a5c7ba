import { cardPath, registrationPath } from './build.ts'
import { cardDigest } from './canonical.ts'
import { checkCard } from './check.ts'
import type { AgentCard } from './schema.ts'

const headers = { 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' }

/**
 * Answers requests for an agent card, at the places where A2A and ERC-8004 look for it. A function of web requests and responses, for any
 * server that speaks them; `serveCard` of `@hanse/sdk/node` is one.
 *
 * @param parameters.card Is checked first, so that nothing is served that readers refuse.
 * @throws CardInvalidError naming every field that is wrong.
 * @example
 * ```ts
 * import { cardHandler } from '@hanse/sdk/card'
 *
 * const answer = cardHandler({ card })
 * export const fetch = (request: Request) => answer(request)
 * ```
 */
export function cardHandler({ card, maxAge = 300 }: cardHandler.Parameters): (request: Request) => Response {
  const checked = checkCard({ card }).card
  const body = JSON.stringify(checked)
  const etag = `"${cardDigest(checked)}"`
  const found = { ...headers, 'content-type': 'application/json', 'cache-control': `public, max-age=${maxAge}`, etag }
  return ({ method, url, headers: asked }) => {
    const { pathname } = new URL(url)
    if (pathname !== cardPath && pathname !== registrationPath) return new Response(null, { status: 404, headers })
    if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405, headers: { ...headers, allow: 'GET, HEAD' } })
    const isKnown = asked
      .get('if-none-match')
      ?.split(',')
      .some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')))
    if (isKnown) return new Response(null, { status: 304, headers: found })
    return new Response(method === 'HEAD' ? null : body, { status: 200, headers: found })
  }
}

export declare namespace cardHandler {
  type Parameters = {
    readonly card: AgentCard
    /** Seconds for which readers may keep it. Default 300. */
    readonly maxAge?: number
  }
}
