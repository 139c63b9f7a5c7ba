import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WorldInfo } from '@hanse/devnet'
import { build } from 'vite'
import { DemoError } from './errors.ts'
import type { ShownCell } from './seed.ts'

const source = fileURLToPath(new URL('../../examples/dapp/', import.meta.url))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
}

/** The page of examples/dapp, served beside the description of a world. */
export type Page = { readonly url: string; readonly stop: () => Promise<void> }

/** Builds the page into `folder` and serves it on this machine. What is served stands in memory: no other file can be asked for. */
export async function servePage({ info, folder, cells = [], port = 0 }: servePage.Parameters): Promise<Page> {
  await build({ root: source, configFile: join(source, 'vite.config.ts'), build: { outDir: folder, emptyOutDir: true }, logLevel: 'error' })
  const network = { chains: info.chains, watchers: info.watchers.map(({ url }) => url), cells }
  const files = new Map([['/network.json', Buffer.from(JSON.stringify(network))]])
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => extname(file) !== ''))
    files.set(`/${name.split(sep).join('/')}`, readFileSync(join(folder, name)))
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://page')
    const path = pathname === '/' ? '/index.html' : pathname
    const content = files.get(path)
    if (content === undefined) return response.writeHead(404).end()
    response
      .writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream', 'cache-control': 'no-store' })
      .end(content)
  })
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: Error) =>
      reject(new DemoError(`The page cannot be on port ${port}: ${cause.message}.`, 'Say another with --port.', cause))
    server.once('error', refuse).listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = addressOf(server.address())
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${taken}/`, stop }
}

export declare namespace servePage {
  type Parameters = {
    readonly info: WorldInfo
    /** Where the built page goes. */
    readonly folder: string
    /** Cells that it shows by themselves. Default: none. */
    readonly cells?: readonly ShownCell[]
    /** Default: any that is free. */
    readonly port?: number
  }
}

/** A server that listens on a port has an address. */
function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new TypeError(`the page listens on ${address}, not on a port`)
  return address
}
