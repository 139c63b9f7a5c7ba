import fc from 'fast-check'
import { type Hex, keccak256, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import {
  type AgentCard,
  buildCard,
  CardInvalidError,
  CardUnavailableError,
  canonicalJson,
  cardDigest,
  cardJsonSchema,
  checkCard,
  fetchCard,
  maxCardBytes,
} from '../../../sdk/src/card/index.ts'
import { agent } from '../../../sdk/src/index.ts'

const registry = '0x8004a169fb4a3325136eb29fa0ceb6d2e539a432'
const one = { chainId: 1, registry, agentId: `0x${'ab'.repeat(32)}` } as const
const capabilities = ['text.report', 'org.example.fold-paper']
const card = buildCard({
  name: 'Reporter',
  description: 'Writes reports on given material.',
  url: 'https://reporter.example/a2a/v1',
  capabilities,
  agents: [one],
  identities: [{ chainId: 1, registry, identityId: 22 }],
})
const profile = agent.createProfile({ capabilities, cardDigest: cardDigest(card), cardUri: 'https://reporter.example/card.json' })
const reasonsOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof CardInvalidError) return error.message
    throw error
  }
  return ''
}

/** What the text of A2A 1.0 marks REQUIRED, and what ERC-8004's structure must have. */
const required = {
  a2a: ['name', 'description', 'supportedInterfaces', 'version', 'capabilities', 'defaultInputModes', 'defaultOutputModes', 'skills'],
  'ERC-8004': ['type', 'name', 'description', 'image', 'services', 'registrations'],
}

describe('a card', () => {
  it('has all that either standard asks for', () => {
    for (const fields of Object.values(required)) expect(Object.keys(card)).toEqual(expect.arrayContaining(fields))
    expect(card.supportedInterfaces).toEqual([
      { url: 'https://reporter.example/a2a/v1', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    ])
    expect(card.skills[0]).toEqual({
      id: 'text.report',
      name: 'text.report',
      description: agent.capabilities['text.report'],
      tags: ['text', 'report'],
    })
    expect(card.type).toBe('https://eips.ethereum.org/EIPS/eip-8004#registration-v1')
    expect(card.services).toEqual([{ name: 'A2A', endpoint: 'https://reporter.example/.well-known/agent-card.json', version: '1.0' }])
    expect(card.registrations).toEqual([{ agentId: 22, agentRegistry: `eip155:1:${registry}` }])
    expect(cardJsonSchema()).toMatchObject({ required: expect.arrayContaining([...required.a2a, ...required['ERC-8004']]) })
  })

  it.each(Object.values(required).flat())('is refused without %s', (field) => {
    const { [field]: _, ...rest }: Record<string, unknown> = card
    expect(reasonsOf(() => checkCard({ card: rest }))).toContain(field)
  })

  it.each([
    ['no skill', { skills: [] }, 'skills'],
    ['two skills of one name', { skills: [card.skills[0], card.skills[0]] }, 'twice'],
    ['an interface without a protocol', { supportedInterfaces: [{ url: 'https://a.example' }] }, 'supportedInterfaces.0.protocolBinding'],
    ['a script as its url', { supportedInterfaces: [{ url: 'javascript:alert(1)', protocolBinding: 'x', protocolVersion: '1' }] }, 'url'],
    ['another type', { type: 'https://eips.ethereum.org/EIPS/eip-721' }, 'type'],
    ['an identity that is no number', { registrations: [{ agentId: '22', agentRegistry: `eip155:1:${registry}` }] }, 'agentId'],
    [
      'an identity that two readers read differently',
      { registrations: [{ agentId: 2 ** 53, agentRegistry: `eip155:1:${registry}` }] },
      'agentId',
    ],
    ['a registry that is no address', { registrations: [{ agentId: 1, agentRegistry: 'eip155:1:0x12' }] }, 'agentRegistry'],
    ['no extension of ours', { capabilities: {} }, 'capabilities.extensions'],
    ['half a character', { name: 'Reporter \ud800' }, 'lone surrogate'],
  ])('is refused with %s', (_, change, reason) => {
    expect(reasonsOf(() => checkCard({ card: { ...card, ...change } }))).toContain(reason)
  })

  it('says all that is wrong at once', () => {
    const reasons = reasonsOf(() => checkCard({ card: { ...card, skills: [], image: 7, version: '' } }))
    for (const field of ['skills', 'image', 'version']) expect(reasons).toContain(field)
  })

  it('is not built wrong', () => {
    const parts = { name: 'A', description: 'B', url: 'https://a.example', agents: [one] }
    expect(() => buildCard({ ...parts, capabilities: [] })).toThrow(CardInvalidError)
    expect(() => buildCard({ ...parts, capabilities: ['Text Report'] })).toThrow(CardInvalidError)
    expect(() => buildCard({ ...parts, capabilities: ['text.report', 'text.report'] })).toThrow(CardInvalidError)
    expect(() => buildCard({ ...parts, capabilities, agents: [] })).toThrow(CardInvalidError)
  })

  it('keeps fields of later versions, and its digest covers them', () => {
    const later = checkCard({ card: { ...card, later: { deep: [1] } } })
    expect(later.card).toHaveProperty('later')
    expect(later.digest).not.toBe(cardDigest(card))
  })
})

describe('the canonical form', () => {
  it('is that of RFC 8785', () => {
    const text =
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}'
    expect(canonicalJson(JSON.parse(text))).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 }
    expect(Object.values(JSON.parse(canonicalJson(names)))).toHaveLength(7)
    expect([...canonicalJson(names).matchAll(/:(\d)/g)].map(([, digit]) => digit).join('')).toBe('2467153')
    expect(cardDigest({ b: 1, a: 'x' })).toBe(keccak256(toHex('{"a":"x","b":1}')))
  })

  it('is the same however the document is ordered and spaced', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), fc.infiniteStream(fc.integer()), (space, order) => {
        const shuffled = shuffle(card, () => order.next().value ?? 0)
        const { digest } = checkCard({ text: JSON.stringify(shuffled, null, space) })
        expect(digest).toBe(profile.cardDigest)
      }),
      { numRuns: 50, seed: 7 },
    )
  })

  it('tells any two documents apart', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (a, b) => {
        const [left, right] = [a, b].map((text) => canonicalJson(JSON.parse(text)))
        expect(left === right).toBe(canonicalJson(JSON.parse(left ?? '')) === canonicalJson(JSON.parse(right ?? '')))
        expect(JSON.parse(left ?? '')).toEqual(JSON.parse(a.replace(/-0\b(?![.\d])/g, '0')))
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})

function shuffle(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffle(item, random))
  if (typeof value !== 'object' || value === null) return value
  const keyed = Object.entries(value).map(([name, item]) => ({ name, item, key: random() }))
  return Object.fromEntries(keyed.sort((a, b) => a.key - b.key).map(({ name, item }) => [name, shuffle(item, random)]))
}

describe('the card of an agent', () => {
  const text = JSON.stringify(card)

  it('is the one that stands on chain', () => {
    expect(checkCard({ text, profile, agent: one })).toMatchObject({ card, digest: profile.cardDigest })
  })

  it.each([
    ['a changed word', { text: text.replace('Writes', 'Sells') }, 'digest'],
    ['another agent', { agent: { ...one, agentId: `0x${'ac'.repeat(32)}` as Hex } }, 'agents'],
    ['its namesake on another chain', { agent: { ...one, chainId: 10 } }, 'agents'],
    ['its namesake of another registry', { agent: { ...one, registry: `0x${'11'.repeat(20)}` as Hex } }, 'agents'],
    ['a capability less on chain', { profile: { ...profile, capabilities: profile.capabilities.slice(1) } }, 'does not stand on chain'],
    [
      'a capability more on chain',
      { profile: { ...profile, capabilities: [...profile.capabilities, agent.capabilityOf('code.write')] } },
      'no name of the card',
    ],
  ])('is refused for %s', (_, change, reason) => {
    expect(reasonsOf(() => checkCard({ text, profile, agent: one, ...change }))).toContain(reason)
  })

  it.each([
    ['a name twice', text.replace('{', '{"name":"Other",'), 'twice'],
    ['a name twice, written differently', text.replace('{', '{"n\\u0061me":"Other",'), 'twice'],
    ['a name that is a trap', text.replace('{', '{"__proto__":{"x":1},'), '__proto__'],
    ['too much of it', text.replace('Reporter', 'R'.repeat(maxCardBytes)), 'bytes'],
    ['too deep a nest', text.replace('{', `{"x":${'['.repeat(40)}${']'.repeat(40)},`), 'deep'],
    ['something behind it', `${text}{}`, 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['an array', '[]', 'the document'],
    ['null', 'null', 'the document'],
  ])('is refused when it has %s', (_, broken, reason) => {
    expect(reasonsOf(() => checkCard({ text: broken }))).toContain(reason)
  })

  it('never makes checking fail otherwise, whatever the document', () => {
    const mutated = fc
      .tuple(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
      .map(([at, piece]) => text.slice(0, at) + piece + text.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), mutated), (document) => {
        const reasons = reasonsOf(() => checkCard({ text: document, profile, agent: one }))
        if (reasons === '') expect(canonicalJson(JSON.parse(document))).toBe(canonicalJson(card))
      }),
      { numRuns: 1_000, seed: 7 },
    )
  })
})

describe('fetching a card', () => {
  const fetchFrom = (response: Response | Error) => async () => {
    if (response instanceof Error) throw response
    return response
  }
  const get = (response: Response | Error, cardUri = profile.cardUri) =>
    fetchCard({ profile: { ...profile, cardUri }, agent: one, fetch: fetchFrom(response) })

  it('gives the card that stands on chain', async () => {
    expect((await get(Response.json(card))).card).toEqual(card)
  })

  it('follows data', async () => {
    const cardUri = `data:application/json;base64,${Buffer.from(JSON.stringify(card)).toString('base64')}`
    expect((await fetchCard({ profile: { ...profile, cardUri }, agent: one })).card).toEqual(card)
  })

  it.each([
    ['it is another', Response.json({ ...card, name: 'Other' } satisfies AgentCard), CardInvalidError],
    ['the server has none', new Response('', { status: 404 }), CardUnavailableError],
    ['the line is down', new TypeError('down'), CardUnavailableError],
    ['it is no text', new Response(new Uint8Array([0xff, 0xfe])), CardUnavailableError],
  ])('fails when %s', async (_, response, kind) => {
    await expect(get(response)).rejects.toThrow(kind)
  })

  it.each(['http://reporter.example/card', 'file:///etc/passwd', 'ftp://a.example', 'reporter.example', ''])(
    'does not follow %s',
    async (uri) => {
      await expect(get(Response.json(card), uri)).rejects.toThrow(/only https: and data: is followed/)
    },
  )

  it('takes no more than it must of an endless answer', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 16_384
        controller.enqueue(new Uint8Array(16_384))
      },
    })
    await expect(get(new Response(endless))).rejects.toThrow(/longer than/)
    expect(sent).toBeLessThan(maxCardBytes * 3)
  })
})
