import { createServer, type IncomingMessage } from 'node:http'
import { cardHandler } from '../card/serve.ts'

/** A running server of one card. */
export type CardServer = {
  /** Where it answers, without a slash at the end. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * Serves an agent card over HTTP. For the open internet, put something that speaks TLS before it.
 *
 * @throws CardInvalidError naming every field that is wrong.
 * @example
 * ```ts
 * import { serveCard } from '@hanse/sdk/node'
 *
 * const { url, stop } = await serveCard({ card, port: 8080 })
 * ```
 */
export async function serveCard({ host = '127.0.0.1', port = 0, ...rest }: serveCard.Parameters): Promise<CardServer> {
  const answer = cardHandler(rest)
  const server = createServer(async (asked, answered) => {
    const response = answer(requestOf(asked))
    answered.writeHead(response.status, Object.fromEntries(response.headers))
    answered.end(response.body === null ? undefined : await response.text())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const place = server.address()
  const bound = typeof place === 'object' && place !== null ? place.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export declare namespace serveCard {
  type Parameters = cardHandler.Parameters & {
    /** Default this machine only. */
    readonly host?: string
    /** Default a free one. */
    readonly port?: number
  }
}

/** Requests of the platform cannot have these methods at all. */
const impossible = ['CONNECT', 'TRACE', 'TRACK']

function requestOf({ url = '/', method = 'GET', headers }: IncomingMessage): Request {
  const plain = Object.entries(headers).flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []))
  // However odd the path, it stays a path: `//other.example` is no host.
  const place = new URL('http://card')
  place.pathname = url.split('?')[0] ?? '/'
  return new Request(place, { method: impossible.includes(method.toUpperCase()) ? 'POST' : method, headers: plain })
}
