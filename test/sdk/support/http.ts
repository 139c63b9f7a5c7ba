import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { TestChain } from './chain.ts'

/** The chain over HTTP, where each request can be counted. */
export async function overHttp({ provider, config }: TestChain) {
  const requests: string[][] = []
  const answer = async ({ id, method, params }: { readonly id: number; readonly method: string; readonly params: never[] }) => {
    try {
      return { jsonrpc: '2.0', id, result: await provider.request({ method, params }) }
    } catch (error) {
      const { code = -32_000, data } =
        error instanceof Object && 'code' in error ? { code: error.code, data: 'data' in error ? error.data : undefined } : {}
      return { jsonrpc: '2.0', id, error: { code, message: String(error), data } }
    }
  }
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = JSON.parse(Buffer.concat(parts).toString())
    const calls = Array.isArray(body) ? body : [body]
    requests.push(calls.map(({ method }) => method))
    const replies = await Promise.all(calls.map(answer))
    response.end(JSON.stringify(Array.isArray(body) ? replies : replies[0]))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port }: AddressInfo = Object(server.address())
  const { transport: _, ...rest } = config
  return { requests, chain: { ...rest, rpcUrls: [`http://127.0.0.1:${port}`] } }
}
