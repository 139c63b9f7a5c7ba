import { numberToHex, zeroAddress, zeroHash } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  bodyHashOf,
  type Envelope,
  envelopeId,
  isSignedBySender,
  maxEnvelopeBody,
  maxEnvelopeLife,
  type SignedEnvelope,
  signEnvelope,
} from '../../sdk/src/agent/envelope.ts'
import { FormatError } from '../../sdk/src/errors/format.ts'
import { createTerms, taskIdOf } from '../../sdk/src/task/index.ts'
import { encodeTerms } from '../../watcher/src/keep/terms.ts'
import { body as bodyOf, tasks } from '../../watcher/src/roles/apiLists.ts'
import { createMail } from '../../watcher/src/roles/envelopes.ts'
import { createTestContext } from './support/context.ts'

const second = 1_000_000
const agent = privateKeyToAccount(`0x${'a1'.repeat(32)}`)
const other = privateKeyToAccount(`0x${'a2'.repeat(32)}`)
const stranger = privateKeyToAccount(`0x${'a3'.repeat(32)}`)
const url = (path: string) => new URL(path, 'http://watcher')

let time = second * 1_000
let worlds: ReturnType<typeof createTestContext>[] = []
beforeEach(() => {
  time = second * 1_000
})
afterEach(() => {
  for (const world of worlds) world.close()
  worlds = []
})

/** Some watchers that know both agents and can reach each other. */
function startMails(count: number) {
  const mails: ReturnType<typeof createMail>[] = []
  const sent: Promise<unknown>[] = []
  for (let index = 0; index < count; index++) {
    const world = createTestContext({ now: () => time })
    worlds.push(world)
    for (const [place, { address }] of [agent, other].entries())
      world.context.store.agents.register({
        chainId: 1,
        agentId: numberToHex(place + 1, { size: 32 }),
        controller: address,
        liveUntil: 0,
        profile: '{}',
      })
    const peers = Array.from({ length: count }, (_, other) => `http://${other}.example`).filter((_, other) => other !== index)
    const askPeer = async ({ peer, path, body }: { peer: string; path: string; body?: string }) => {
      const mail = mails[Number(new URL(peer).hostname.split('.')[0])]
      const answer = (async () => (body === undefined ? mail?.list(url(path)) : await mail?.accept(JSON.parse(body))))()
      sent.push(answer)
      return JSON.parse(JSON.stringify((await answer)?.value))
    }
    const context = { ...world.context, config: { ...world.context.config, peers }, outside: { ...world.context.outside, askPeer } }
    mails.push(createMail(context))
  }
  const settle = async () => {
    for (let seen = -1; seen !== sent.length; ) {
      seen = sent.length
      await Promise.allSettled(sent)
    }
  }
  return { mails, settle, contexts: worlds.map(({ context }) => context) }
}

const envelope = (changes: Partial<Envelope> = {}): Envelope => ({
  kind: 'offer',
  from: agent.address,
  to: other.address,
  topic: numberToHex(7, { size: 32 }),
  expiry: second + 600,
  body: '{"share":9000}',
  ...changes,
})
const signed = (changes: Partial<Envelope> = {}, account = agent): Promise<SignedEnvelope> =>
  signEnvelope({ account, envelope: envelope(changes) })
const post = async (mail: ReturnType<typeof createMail> | undefined, ...envelopes: unknown[]) => (await mail?.accept({ envelopes }))?.value

describe('signEnvelope', () => {
  it('gives what its sender alone can have signed', async () => {
    const made = await signed()
    expect(await isSignedBySender(made)).toBe(true)
    const changes: Partial<SignedEnvelope>[] = [
      { kind: 'counter' },
      { from: other.address },
      { to: zeroAddress },
      { topic: zeroHash },
      { expiry: second + 601 },
      { body: '{"share":9001}' },
      { signature: '0x1234' },
    ]
    for (const change of changes) expect(await isSignedBySender({ ...made, ...change })).toBe(false)
  })

  it('refuses a body that nobody would carry, or whose topic is not its hash', async () => {
    await expect(signed({ body: 'x'.repeat(maxEnvelopeBody + 1) })).rejects.toBeInstanceOf(FormatError)
    await expect(signed({ kind: 'body' })).rejects.toBeInstanceOf(FormatError)
    expect(await signed({ kind: 'body', topic: bodyHashOf('hello'), body: 'hello' })).toMatchObject({ body: 'hello' })
  })
})

describe('mail', () => {
  it('brings an envelope to all watchers at once, and tells it by topic and by recipient', async () => {
    const { mails, settle } = startMails(3)
    const made = await signed()
    expect(await post(mails[0], made)).toEqual({ outcomes: ['added'] })
    await settle()
    for (const mail of mails) {
      expect(mail.list(url(`/v1/envelopes?topic=${made.topic}`)).value).toMatchObject({
        envelopes: [{ id: envelopeId(made), body: made.body }],
      })
      expect(mail.list(url(`/v1/envelopes?to=${other.address}`)).value).toMatchObject({ envelopes: [{ seq: time }] })
      expect(mail.list(url(`/v1/envelopes?to=${stranger.address}`)).value).toEqual({ envelopes: [] })
    }
    expect(await post(mails[1], made)).toEqual({ outcomes: ['known'] })
  })

  it.each<[string, () => Promise<unknown>]>([
    ['expired', () => signed({ expiry: second })],
    ['expired', () => signed({ expiry: second + maxEnvelopeLife + 1 })],
    ['stranger', () => signed({ from: stranger.address }, stranger)],
    ['forged', () => signed({}, other)],
    ['forged', async () => ({ ...(await signed()), body: 'changed' })],
    ['untrue', async () => ({ ...envelope({ kind: 'body', body: 'x' }), signature: `0x${'11'.repeat(65)}` })],
    ['untrue', () => signed({ kind: 'terms', body: '{}' })],
    ['untrue', () => signed({ kind: 'terms', body: 'no JSON' })],
    ['too long', async () => ({ ...envelope({ body: 'é'.repeat(maxEnvelopeBody - 10) }), signature: `0x${'11'.repeat(65)}` })],
  ])('refuses what is %s, and passes nothing of it on', async (outcome, make) => {
    const { mails, settle } = startMails(2)
    expect(await post(mails[0], await make())).toEqual({ outcomes: [outcome] })
    await settle()
    expect(mails.map((mail) => mail.newest())).toEqual([0, 0])
  })

  it.each([[{}], [[]], [5], [{ envelopes: 'x' }], [{ envelopes: Array(17).fill({}) }], [{ envelopes: [{ kind: 'spam' }] }]])(
    'refuses %j',
    async (body) => {
      const { mails } = startMails(1)
      expect((await mails[0]?.accept(body))?.status).toBe(400)
    },
  )

  it('takes so many of one sender at a time, however soon they expire, and of others still', async () => {
    const { mails } = startMails(1)
    const outcomes: unknown[] = []
    for (let index = 0; index < 80; index++) {
      time = second * 1_000 + index * 20
      outcomes.push(await post(mails[0], await signed({ expiry: second + 5, body: `${index}` })))
    }
    expect(outcomes.filter((outcome) => JSON.stringify(outcome).includes('added'))).toHaveLength(64)
    expect(outcomes.at(-1)).toEqual({ outcomes: ['too many'] })
    expect(await post(mails[0], await signed({ from: other.address }, other))).toEqual({ outcomes: ['added'] })
    time += 61_000
    expect(await post(mails[0], await signed({ expiry: second + 120, body: 'later' }))).toEqual({ outcomes: ['added'] })
  })

  it('looks at so many signatures a second, and stops at the first that is forged', async () => {
    const { mails } = startMails(1)
    const forged = { ...(await signed()), signature: `0x${'22'.repeat(65)}` }
    expect(await post(mails[0], ...Array.from({ length: 16 }, (_, index) => ({ ...forged, body: `${index}` })))).toEqual({
      outcomes: ['forged'],
    })
    for (let index = 0; index < 99; index++) await post(mails[0], { ...forged, body: `x${index}` })
    const answer = await mails[0]?.accept({ envelopes: [await signed()] })
    expect([answer?.status, answer?.value]).toEqual([429, { outcomes: ['busy'] }])
    time += 1_000
    expect(await post(mails[0], await signed())).toEqual({ outcomes: ['added'] })
  })

  it('lets a watcher that was away catch up, and forgets what expired', async () => {
    const { mails, settle, contexts } = startMails(2)
    contexts[0]?.store.pauses.set({ role: 'gossip', chainId: 0 }, true)
    for (let index = 0; index < 40; index++) await post(mails[0], await signed({ body: `${index}`, expiry: second + 300 }))
    await settle()
    expect(mails.map((mail) => mail.newest())).toEqual([time + 39, 0])
    await mails[1]?.catchUp({ peer: 'http://0.example', newest: time + 39 })
    expect(contexts[1]?.store.envelopes.counts(agent.address).total).toBe(40)
    time += 301_000
    expect(mails[1]?.list(url('/v1/envelopes')).value).toEqual({ envelopes: [] })
    await post(mails[1], await signed({ expiry: second + 900 }))
    expect(contexts[1]?.store.envelopes.counts(agent.address).total).toBe(1)
  })

  it('keeps no more of one sender than it may, however many requests come at once', async () => {
    const { mails, contexts } = startMails(1)
    const made = await Promise.all(Array.from({ length: 80 }, (_, index) => signed({ body: `${index}` })))
    await Promise.all(Array.from({ length: 5 }, (_, index) => post(mails[0], ...made.slice(index * 16, index * 16 + 16))))
    expect(contexts[0]?.store.envelopes.counts(agent.address).own).toBe(64)
  })

  it('gets what came to a peer after that lost its store, though it had passed that place before', async () => {
    const { mails, contexts } = startMails(3)
    const [before, eager, after] = contexts
    for (const context of [before, after]) context?.store.pauses.set({ role: 'gossip', chainId: 0 }, true)
    const look = () => mails[1]?.catchUp({ peer: 'http://0.example', newest: mails[0]?.newest() ?? 0 })
    for (const body of ['one', 'two']) await post(mails[0], await signed({ body }))
    await look()
    const [, , empty] = mails
    if (empty !== undefined) mails[0] = empty
    time += 5
    for (const body of ['three', 'four']) await post(mails[0], await signed({ body }))
    await look()
    expect(eager?.store.envelopes.counts(agent.address).own).toBe(4)
  })

  it('takes what it refused while it did not know the agent', async () => {
    const { mails, contexts } = startMails(2)
    contexts[0]?.store.pauses.set({ role: 'gossip', chainId: 0 }, true)
    const late = { chainId: 1, agentId: numberToHex(9, { size: 32 }), controller: stranger.address, liveUntil: 0, profile: '{}' }
    contexts[0]?.store.agents.register(late)
    await post(mails[0], await signed({ from: stranger.address }, stranger), await signed())
    const look = () => mails[1]?.catchUp({ peer: 'http://0.example', newest: mails[0]?.newest() ?? 0 })
    await look()
    expect(contexts[1]?.store.envelopes.counts(stranger.address)).toEqual({ total: 1, own: 0 })
    contexts[1]?.store.agents.register(late)
    await look()
    expect(contexts[1]?.store.envelopes.counts(stranger.address)).toEqual({ total: 2, own: 1 })
  })

  it('serves bodies by their hash and terms by their id, whatever else is said about these', async () => {
    const { mails, contexts } = startMails(1)
    const [context] = contexts
    if (context === undefined) throw new TypeError('no context')
    const [chain] = context.config.chains
    const roles = { homeChainId: 1, requester: agent.address, evaluator: other.address, specHash: zeroHash, now: second } as const
    const terms = createTerms({
      ...roles,
      specHash: bodyHashOf('do it'),
      reward: 1n,
      workerBond: 1n,
      openUntil: second + 10,
      workWindow: 10,
      reviewWindow: 10,
    })
    const taskId = taskIdOf({ chainId: 1, escrow: chain?.deployment.taskEscrow ?? zeroAddress, terms })
    for (let index = 0; index < 20; index++) await post(mails[0], await signed({ topic: taskId, body: `noise ${index}` }))
    expect(await post(mails[0], await signed({ kind: 'terms', topic: taskId, body: encodeTerms(terms) }))).toEqual({ outcomes: ['added'] })
    expect(await post(mails[0], await signed({ kind: 'body', topic: bodyHashOf('do it'), body: 'do it' }))).toEqual({ outcomes: ['added'] })
    expect(tasks(context, url('/'), [taskId, 'terms']).value).toMatchObject({ taskId, isFinal: false, terms: { requester: agent.address } })
    expect(bodyOf(context, [bodyHashOf('do it')]).value).toEqual({ hash: bodyHashOf('do it'), body: 'do it' })
    expect(bodyOf(context, [bodyHashOf('another')]).status).toBe(404)
  })
})
