import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { StoreUnusableError } from '../errors.ts'
import { reasonOf } from '../ops/log.ts'
import type { EventSource, Listening, Server } from '../outside.ts'

/** Longest body that a peer may send, bytes. */
const maxBody = 262_144

/** Starts listening. */
export async function listen(listening: Listening): Promise<Server> {
  const { host, port, log } = listening
  const server = createServer((request, response) => {
    handle({ listening, request, response }).catch((error: unknown) => {
      log.warn({ path: request.url, reason: reasonOf(error) }, 'request failed')
      if (!response.headersSent) send(response, 500, { error: 'internal' })
      else response.destroy()
    })
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 10_000
  await bind(server, host, port)
  const address = server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function bind(server: HttpServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const remedy = ['Choose another listen.port, or 0 for any free one.']
      reject(new StoreUnusableError(`The watcher cannot listen on ${host}:${port}: ${cause.message}.`, { cause, metaMessages: remedy }))
    })
    server.listen(port, host, resolve)
  })
}

type Exchange = { listening: Listening; request: IncomingMessage; response: ServerResponse }

async function handle({ listening, request, response }: Exchange): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://watcher')
  if (url.pathname === '/metrics' && listening.metrics !== undefined) {
    const { contentType, text } = await listening.metrics()
    response.writeHead(200, { 'content-type': contentType })
    response.end(text)
    return
  }
  const body = request.method === 'POST' ? await readBody(request) : undefined
  if (body === null) return send(response, 413, { error: `the body is longer than ${maxBody} bytes` })
  const { authorization } = request.headers
  const { status, value, stream } = await listening.respond({ method: request.method ?? 'GET', url, body, authorization })
  if (stream === undefined) send(response, status, value)
  else sendEvents(response, stream)
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > maxBody) return null
    chunks.push(bytes)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Milliseconds between signs of life to a listener, so that nothing on the way takes the connection for dead. */
const heartbeatMs = 15_000
/** What a listener may leave unread, bytes, before it is let go: it may come again. */
const maxUnread = 1_048_576

/** Server-sent events until the listener leaves, or stops reading. */
function sendEvents(response: ServerResponse, stream: EventSource): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'access-control-allow-origin': '*' })
  const write = (text: string) => {
    if (response.writableLength > maxUnread) response.destroy()
    else response.write(text)
  }
  write(': hello\n\n')
  const heartbeat = setInterval(() => write(': alive\n\n'), heartbeatMs)
  const end = stream((name, data) => write(`event: ${name}\ndata: ${toJson(data)}\n\n`))
  response.once('close', () => {
    clearInterval(heartbeat)
    end()
  })
}

const toJson = (value: unknown) => JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}` : item))

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
  response.end(toJson(value))
}
