import { createServer, type IncomingMessage } from 'node:http'

/** What somebody asked to have verified. */
export type Submission = {
  readonly address: string
  readonly contractName: string
  readonly compilerVersion: string
  readonly input: SolcInput
  readonly constructorArguments: string | undefined
}
/** What the compiler is given. */
export type SolcInput = {
  readonly language: string
  readonly sources: Readonly<Record<string, { content: string }>>
  readonly settings: Record<string, unknown>
}

/** A block explorer that believes everything: the interfaces of Etherscan, Blockscout and Sourcify, as hardhat-verify speaks them. */
export async function startExplorer(): Promise<{ url: string; submissions: Submission[]; stop: () => Promise<void> }> {
  const submissions: Submission[] = []
  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://explorer')
    const { status, body } = url.pathname.startsWith('/v2/')
      ? await sourcify(url, incoming, submissions)
      : await etherscan(url, incoming, submissions)
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new TypeError('the explorer has no port')
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${bound.port}`, submissions, stop }
}

type Response = { status: number; body: unknown }

async function etherscan(url: URL, incoming: IncomingMessage, submissions: Submission[]): Promise<Response> {
  const answer = (result: unknown, status = '1') => ({ status: 200, body: { status, message: 'OK', result } })
  switch (url.searchParams.get('action')) {
    case 'getsourcecode':
      return answer('Contract source code not verified', '0')
    case 'checkverifystatus':
      return answer('Pass - Verified')
    case 'verifysourcecode': {
      const form = new URLSearchParams(await bodyOf(incoming))
      const field = (name: string) => form.get(name) ?? ''
      submissions.push({
        address: field('contractaddress') || field('addressHash'),
        contractName: field('contractname'),
        compilerVersion: field('compilerversion'),
        input: JSON.parse(field('sourceCode')),
        constructorArguments: form.get('constructorArguments') ?? undefined,
      })
      return answer(`guid-${submissions.length}`)
    }
    default:
      return { status: 404, body: {} }
  }
}

async function sourcify(url: URL, incoming: IncomingMessage, submissions: Submission[]): Promise<Response> {
  const [, , noun, chainId = '', address = ''] = url.pathname.split('/')
  const unknown = { match: null, creationMatch: null, runtimeMatch: null, chainId, address }
  if (noun === 'contract') return { status: 404, body: unknown }
  if (incoming.method === 'POST') {
    const { stdJsonInput, contractIdentifier, compilerVersion } = JSON.parse(await bodyOf(incoming))
    submissions.push({ address, contractName: contractIdentifier, compilerVersion, input: stdJsonInput, constructorArguments: undefined })
    return { status: 202, body: { verificationId: '00000000-0000-0000-0000-000000000001' } }
  }
  const found = { ...unknown, match: 'exact_match', creationMatch: 'exact_match', runtimeMatch: 'exact_match' }
  return { status: 200, body: { isJobCompleted: true, jobStartTime: '2026-01-01T00:00:00Z', verificationId: chainId, contract: found } }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of incoming) body += chunk
  return body
}
