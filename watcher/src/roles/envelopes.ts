import { bodyHashOf, type Envelope, envelopeId, maxEnvelopeBody, maxEnvelopeLife } from '@hanse/sdk/agent'
import { taskIdOf } from '@hanse/sdk/task'
import { type Address, type Hex, isHex } from 'viem'
import { z } from 'zod/v4'
import { decodeTerms } from '../keep/terms.ts'
import type { Answer } from '../outside.ts'
import type { StoredEnvelope } from '../store/envelopes.ts'
import type { Context } from '../watcherContext.ts'

const hexOf = (bytes: number) =>
  z.custom<Hex>((value) => typeof value === 'string' && new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`, 'i').test(value))
const lower = (value: Hex): Address => `0x${value.slice(2).toLowerCase()}`
const envelopeSchema = z.object({
  kind: z.enum(['offer', 'counter', 'terms', 'body']),
  from: hexOf(20).transform(lower),
  to: hexOf(20).transform(lower),
  topic: hexOf(32).transform(lower),
  expiry: z.int().positive(),
  body: z.string().max(maxEnvelopeBody),
  signature: hexOf(65),
})
const requestSchema = z.object({ envelopes: z.array(envelopeSchema).max(16) })
const pageSchema = z.object({ envelopes: z.array(envelopeSchema.extend({ seq: z.int().nonnegative() })).max(16) })

/** Envelopes of one answer. */
const page = 16
/** Most envelopes of one sender, and of all. */
const limits = { perSender: 64, all: 10_000 }
/** Milliseconds for which an envelope counts against its sender at least, however soon it expires: this bounds how many come a minute. */
const leastStay = 60_000
/** Signatures looked at in a second. A look costs milliseconds. */
const maxLooks = 100

/** What became of an envelope. */
export type Outcome = 'added' | 'known' | 'expired' | 'too long' | 'stranger' | 'untrue' | 'too many' | 'full' | 'forged' | 'busy'

/** Carries what agents say to each other. */
export type Mail = {
  /** Takes envelopes and passes on to the peers what is new. */
  accept(body: unknown): Promise<Answer>
  /** `/v1/envelopes?topic=`, `?to=` or neither, and `since=`. */
  list(url: URL): Answer
  /** The place of the newest one here. */
  newest(): number
  /** Asks a peer for what came there since the last time. */
  catchUp(options: { readonly peer: string; readonly newest: number }): Promise<void>
}

/** Opens the mail of a watcher. */
export function createMail(context: Context): Mail {
  const { envelopes } = context.store
  const heard = new Map<string, number>()
  let looks = { second: 0, count: 0 }

  function mayLook(): boolean {
    const second = Math.floor(context.now() / 1_000)
    looks = second === looks.second ? { second, count: looks.count + 1 } : { second, count: 1 }
    return looks.count <= maxLooks
  }

  async function acceptOne(envelope: z.output<typeof envelopeSchema>): Promise<Outcome> {
    const id = envelopeId(envelope)
    if (envelopes.has(id)) return 'known'
    const fault = faultOf(context, envelope)
    if (fault !== undefined) return fault
    if (!mayLook()) return 'busy'
    if (!(await context.outside.isSignedBySender(envelope))) return 'forged'
    // Others came while the signature was looked at: the limits hold for what is kept, not for what is asked.
    const late = faultOf(context, envelope)
    if (late !== undefined) return late
    const keepUntil = Math.max(envelope.expiry * 1_000, context.now() + leastStay)
    return envelopes.add({ ...envelope, id, keepUntil, now: context.now() }) ? 'added' : 'known'
  }

  async function take(list: readonly z.output<typeof envelopeSchema>[]): Promise<readonly Outcome[]> {
    envelopes.prune(context.now())
    const outcomes: Outcome[] = []
    for (const envelope of list) {
      const outcome = await acceptOne(envelope)
      outcomes.push(outcome)
      context.metrics.envelopes.inc({ outcome })
      if (outcome === 'forged' || outcome === 'busy') break
    }
    const added = list.filter((_, index) => outcomes[index] === 'added')
    if (added.length > 0) forward(context, added)
    return outcomes
  }

  return {
    async accept(body) {
      const parsed = requestSchema.safeParse(body)
      if (!parsed.success)
        return { status: 400, value: { error: 'expected { "envelopes": [...] } with at most 16 envelopes', outcomes: [] } }
      const outcomes = await take(parsed.data.envelopes)
      return { status: outcomes.includes('busy') ? 429 : 200, value: { outcomes } }
    },
    list: (url) => list(context, url),
    newest: () => envelopes.newest(),
    catchUp: ({ peer, newest }) => catchUp({ context, heard, take, peer, newest }),
  }
}

type CatchUp = {
  context: Context
  /** How far each peer was read. */
  heard: Map<string, number>
  take: (list: readonly z.output<typeof envelopeSchema>[]) => Promise<readonly Outcome[]>
  peer: string
  newest: number
}

async function catchUp({ context, heard, take, peer, newest }: CatchUp): Promise<void> {
  const last = heard.get(peer) ?? 0
  // Of a peer that lost its store all is looked at again.
  let since = newest < last ? 0 : last
  let before = Number.POSITIVE_INFINITY
  heard.set(peer, since)
  while (since < newest) {
    const answer = pageSchema.parse(await context.outside.askPeer({ peer, path: `/v1/envelopes?since=${since}` }))
    const outcomes = await take(answer.envelopes)
    if (outcomes.includes('busy')) return
    since = answer.envelopes.at(-1)?.seq ?? newest
    // Whose agent is not final here yet may be known the next time.
    const stranger = answer.envelopes.find((_, index) => outcomes[index] === 'stranger')
    if (stranger !== undefined) before = Math.min(before, stranger.seq - 1)
    heard.set(peer, Math.min(since, before))
  }
}

/** Why an envelope is not kept, by all that can be told without its signature. */
function faultOf({ store, now, config }: Context, envelope: Envelope): Outcome | undefined {
  const seconds = Math.floor(now() / 1_000)
  if (envelope.expiry <= seconds || envelope.expiry > seconds + maxEnvelopeLife) return 'expired'
  if (Buffer.byteLength(envelope.body) > maxEnvelopeBody) return 'too long'
  if (!store.agents.isController(envelope.from)) return 'stranger'
  if (envelope.kind === 'body' && bodyHashOf(envelope.body) !== envelope.topic) return 'untrue'
  if (envelope.kind === 'terms' && !config.chains.some((chain) => isTermsOf({ ...chain, envelope }))) return 'untrue'
  const { total, own } = store.envelopes.counts(envelope.from)
  if (own >= limits.perSender) return 'too many'
  return total >= limits.all ? 'full' : undefined
}

/** Whether the body are the terms of the task that the topic names, on one of our chains. */
function isTermsOf({ chainId, deployment, envelope }: Context['config']['chains'][number] & { envelope: Envelope }): boolean {
  try {
    return taskIdOf({ chainId, escrow: deployment.taskEscrow, terms: decodeTerms(envelope.body) }) === envelope.topic
  } catch {
    return false
  }
}

function forward(context: Context, envelopes: readonly Envelope[]): void {
  if (context.store.pauses.has('gossip', 0)) return
  const body = JSON.stringify({ envelopes })
  for (const peer of context.config.peers) void context.outside.askPeer({ peer, path: '/v1/envelopes', body }).catch(() => undefined)
}

function list({ store, now }: Context, url: URL): Answer {
  const [topic, to, since] = ['topic', 'to', 'since'].map((name) => url.searchParams.get(name))
  const seq = Number(since ?? 0)
  const isGood = Number.isSafeInteger(seq) && seq >= 0 && (topic === null || isHex(topic)) && (to === null || isHex(to))
  if (!isGood) return { status: 400, value: { error: 'expected ?topic=<bytes32> or ?to=<address>, and since=<count>' } }
  const found = find(store.envelopes, { topic, to, seq })
  const isLive = ({ expiry }: StoredEnvelope) => expiry * 1_000 > now()
  return { status: 200, value: { envelopes: found.filter(isLive) } }
}

type Wanted = { topic: string | null | undefined; to: string | null | undefined; seq: number }

function find(envelopes: Context['store']['envelopes'], { topic, to, seq }: Wanted): readonly StoredEnvelope[] {
  const topicId = topic?.toLowerCase()
  if (isHex(topicId)) return envelopes.about({ topic: topicId, seq, limit: page })
  return typeof to === 'string' ? envelopes.to({ account: to, seq, limit: page }) : envelopes.after({ seq, limit: page })
}
