import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildCard, CardInvalidError, cardDigest, cardHandler, cardPath, checkCard, registrationPath } from '../../../sdk/src/card/index.ts'
import { type CardServer, serveCard } from '../../../sdk/src/node/index.ts'

const card = buildCard({
  name: 'Reporter',
  description: 'Writes reports.',
  url: 'https://reporter.example/a2a/v1',
  capabilities: ['text.report'],
  agents: [{ chainId: 1, registry: `0x${'80'.repeat(20)}`, agentId: `0x${'ab'.repeat(32)}` }],
})
let server: CardServer | undefined
const url = () => server?.url ?? ''

beforeAll(async () => {
  server = await serveCard({ card })
})
afterAll(() => server?.stop())

it.each([cardPath, registrationPath])('serves the card at %s', async (path) => {
  const response = await fetch(`${url()}${path}?x=1`)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(checkCard({ text: await response.text() })).toMatchObject({ card, digest: cardDigest(card) })
})

it('sends it once to those who have it', async () => {
  const etag = (await fetch(`${url()}${cardPath}`)).headers.get('etag') ?? ''
  expect((await fetch(`${url()}${cardPath}`, { headers: { 'if-none-match': `"x", W/${etag}` } })).status).toBe(304)
  expect((await fetch(`${url()}${cardPath}`, { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
})

it('answers heads without bodies, and nothing else', async () => {
  const head = await fetch(`${url()}${cardPath}`, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect((await fetch(`${url()}${cardPath}`, { method: 'POST' })).status).toBe(405)
  expect((await fetch(`${url()}/`)).status).toBe(404)
})

it.each(['GET //evil.example/ HTTP/1.1', 'GET http://evil.example/x HTTP/1.1', 'TRACE / HTTP/1.1', 'GET /%zz HTTP/1.1'])(
  'survives %s',
  async (line) => {
    const { hostname, port } = new URL(url())
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(`${line}\r\nhost: a\r\nconnection: close\r\n\r\n`))
      socket.once('data', (data) => {
        resolve(data.toString())
        socket.destroy()
      })
      socket.once('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 40[045]/)
  },
)

it('serves nothing that readers refuse', () => {
  expect(() => cardHandler({ card: { ...card, skills: [] } })).toThrow(CardInvalidError)
})
