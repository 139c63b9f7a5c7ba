import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { BaseError } from '@hanse/sdk'
import { OrderTooLongError } from '../errors.ts'
import type { World } from '../world.ts'
import { applyFault, faultSchema, fundSchema } from './faults.ts'

/** Where a supervisor takes orders. */
export type Control = { readonly url: string; readonly token: string; close: () => void }

/** The longest order there is. */
const maxBytes = 64 * 1024

/** Opens the control of a world on a free port of this machine. `onStop` ends it all. */
export async function openControl({ world, onStop }: { world: World; onStop: () => void }): Promise<Control> {
  const token = randomBytes(32).toString('hex')
  const server = createServer(async (incoming, outgoing) => {
    const { status, body } = await answer({ world, incoming, token })
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (status === 202) outgoing.once('close', onStop)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, token, close }
}

type Response = { status: number; body: unknown }

async function answer({ world, incoming, token }: { world: World; incoming: IncomingMessage; token: string }): Promise<Response> {
  // Any page in a browser can send to this port: without the token it gets nothing.
  if (!isAuthorized(incoming.headers.authorization, token)) return { status: 401, body: { code: 'Unauthorized' } }
  try {
    return await obey(world, `${incoming.method} ${incoming.url}`, await bodyOf(incoming))
  } catch (error) {
    if (error instanceof BaseError)
      return { status: 400, body: { code: error.code, message: error.shortMessage, details: error.metaMessages } }
    return { status: 400, body: { code: 'OrderFailed', message: String(error), details: [] } }
  }
}

async function obey(world: World, order: string, body: string): Promise<Response> {
  switch (order) {
    case 'GET /status':
      return { status: 200, body: { pids: world.pids(), chains: world.health() } }
    case 'POST /fault':
      await applyFault(world, faultSchema.parse(JSON.parse(body)))
      return { status: 200, body: {} }
    case 'POST /fund': {
      const { tokens, native, ...rest } = fundSchema.parse(JSON.parse(body))
      await world.fund({ ...rest, ...(tokens && { tokens: BigInt(tokens) }), ...(native && { native: BigInt(native) }) })
      return { status: 200, body: {} }
    }
    case 'POST /stop':
      return { status: 202, body: {} }
    default:
      return { status: 404, body: { code: 'OrderUnknown', message: order, details: [] } }
  }
}

function isAuthorized(header: string | undefined, token: string): boolean {
  const [given, expected] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)]
  return given.length === expected.length && timingSafeEqual(given, expected)
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of incoming) {
    body += chunk
    if (body.length > maxBytes) throw new OrderTooLongError({ limit: maxBytes })
  }
  return body
}
