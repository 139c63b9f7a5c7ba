import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What a node in front of a chain does wrong. */
export type RpcFault = {
  /** Milliseconds before each answer. */
  readonly delayMs?: number
  /** `empty-logs`: there were no events. `altered-logs`: events with other data. `null`: it knows nothing. */
  readonly lie?: RpcLie
}

/** The lies that a node can be made to tell. */
export const rpcLies = ['empty-logs', 'altered-logs', 'null'] as const

/** One of them. */
export type RpcLie = (typeof rpcLies)[number]

/** A node that passes on what another says, until it is made to do otherwise. */
export type RpcProxy = { readonly url: string; set: (fault: RpcFault) => void; fault: () => RpcFault; stop: () => Promise<void> }

/**
 * Starts a node of which a chain's watchers can be made the victims. Without a fault it passes bytes through.
 *
 * @example
 * ```ts
 * import { startRpcProxy } from '@hanse/devnet'
 *
 * const proxy = await startRpcProxy({ rpcUrl })
 * proxy.set({ lie: 'empty-logs' })
 * await proxy.stop()
 * ```
 */
export async function startRpcProxy({ rpcUrl }: { rpcUrl: string }): Promise<RpcProxy> {
  let fault: RpcFault = {}
  const server = createServer((incoming, outgoing) => {
    pass({ rpcUrl, incoming, outgoing, fault }).catch(() => outgoing.destroy())
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    set: (next) => {
      fault = next
    },
    fault: () => fault,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Passing = { rpcUrl: string; incoming: IncomingMessage; outgoing: ServerResponse; fault: RpcFault }

async function pass({ rpcUrl, incoming, outgoing, fault: { delayMs = 0, lie } }: Passing): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  const body = Buffer.concat(chunks)
  const answer = await fetch(rpcUrl, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  const text = await answer.text()
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  const told = lie === undefined ? text : JSON.stringify(twist({ request: JSON.parse(body.toString()), answer: JSON.parse(text), lie }))
  outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(told)
}

type Call = { id: unknown; method: string }
type Answer = { id: unknown; result?: unknown }

/** Calls may come in batches, and answers in any order. */
function twist({ request, answer, lie }: { request: Call | Call[]; answer: Answer | Answer[]; lie: RpcLie }): unknown {
  const methods = new Map([request].flat().map(({ id, method }) => [id, method]))
  const one = (single: Answer): Answer =>
    'result' in single ? { ...single, result: lieAbout(methods.get(single.id), single.result, lie) } : single
  return Array.isArray(answer) ? answer.map(one) : one(answer)
}

function lieAbout(method: string | undefined, result: unknown, lie: RpcLie): unknown {
  if (lie === 'null') return null
  if (method !== 'eth_getLogs' || !Array.isArray(result)) return result
  return lie === 'empty-logs' ? [] : result.map((log: object) => ({ ...log, ...alteredData(log) }))
}

/** The same event with the last byte of its data changed. */
function alteredData(log: object): { data: string } {
  const data = 'data' in log && typeof log.data === 'string' ? log.data : '0x'
  return { data: data.endsWith('0') ? `${data.slice(0, -1)}1` : `${data.slice(0, -1)}0` }
}
