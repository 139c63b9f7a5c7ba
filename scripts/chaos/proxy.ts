// A provider in front of a chain, with what can be wrong with one.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Random } from '../simulation/random.ts'

/** What a provider does wrong. `lost logs`: it knows of no event. `wrong chain`: it serves another one. */
export const faults = ['too many requests', 'errors', 'hangs', 'truncates', 'lags', 'lost logs', 'wrong chain'] as const
export type Fault = (typeof faults)[number]

export type Provider = { readonly url: string; set(fault: Fault | undefined): void; stop(): void }

/** Share of the requests that a fault of the connection strikes. */
const share = 0.6
/** Blocks that one lags behind. */
const lag = 2n

type Options = { readonly url: string; readonly otherUrl: string; readonly random: Random }
type Call = { readonly id: number; readonly method: string; readonly params: readonly unknown[] }
type Reply = { readonly id: number; readonly result?: unknown }

/** Starts one. It passes everything on until it is told to do otherwise. */
export async function startProxy(options: Options): Promise<Provider> {
  let fault: Fault | undefined
  const server = createServer((incoming, outgoing) => {
    answer({ ...options, fault, incoming, outgoing }).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
    set: (next) => {
      fault = next
    },
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

type Answering = Options & { fault: Fault | undefined; incoming: IncomingMessage; outgoing: ServerResponse }

async function answer({ url, otherUrl, random, fault, incoming, outgoing }: Answering): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  const calls: Call | readonly Call[] = JSON.parse(Buffer.concat(chunks).toString())
  const strikes = random.chance(share)
  if (fault === 'hangs' && strikes) return
  if (fault === 'too many requests' && strikes) return void outgoing.writeHead(429, { 'retry-after': '1' }).end()
  if (fault === 'errors' && strikes) return void outgoing.writeHead(503).end('overloaded')
  const to = fault === 'wrong chain' ? otherUrl : url
  const sent = fault === 'lags' ? await behind({ url: to, calls }) : calls
  const response = await fetch(to, { method: 'POST', body: JSON.stringify(sent), headers: { 'content-type': 'application/json' } })
  const replies: Reply | readonly Reply[] = await response.json()
  const text = JSON.stringify(fault === 'lost logs' ? withoutLogs(calls, replies) : replies)
  const isCut = fault === 'truncates' && strikes
  outgoing.writeHead(200, { 'content-type': 'application/json' }).end(isCut ? text.slice(0, text.length >> 1) : text)
}

/** The same calls about the block that stood on top some blocks ago. */
async function behind({ url, calls }: { url: string; calls: Call | readonly Call[] }): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] })
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  const { result }: { result: string } = await response.json()
  const top = BigInt(result) > lag ? BigInt(result) - lag : 0n
  const older = (call: Call) => ({ ...call, params: call.params.map((param) => (param === 'latest' ? `0x${top.toString(16)}` : param)) })
  return 'method' in calls ? older(calls) : calls.map(older)
}

function withoutLogs(calls: Call | readonly Call[], replies: Reply | readonly Reply[]): unknown {
  const asked = new Set([calls].flat().flatMap(({ id, method }) => (method === 'eth_getLogs' ? [id] : [])))
  const one = (reply: Reply): Reply => (asked.has(reply.id) && Array.isArray(reply.result) ? { ...reply, result: [] } : reply)
  return 'id' in replies ? one(replies) : replies.map(one)
}
