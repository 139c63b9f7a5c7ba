import { laneKey } from '@hanse/sdk/gateway'
import { isHex } from 'viem'
import { type LaneEntry, leadsTo } from '../chain.ts'
import { signaturesAt } from '../deliver/vouched.ts'
import type { Answer, Incoming } from '../outside.ts'
import type { StoredMessage } from '../store/messages.ts'
import type { Context } from '../watcherContext.ts'
import { agents, body, tasks, why } from './apiLists.ts'
import type { Stream } from './apiStream.ts'
import type { Gossip } from './gossip.ts'

/** A request that was read already. */
export type Request = Incoming & { readonly context: Context; readonly gossip: Gossip | undefined; readonly stream: Stream }

const ok = (value: unknown): Answer => ({ status: 200, value })
const missing = (what: string): Answer => ({ status: 404, value: { error: `${what} is not known here` } })
const wrong = (what: string): Answer => ({ status: 400, value: { error: what } })

/** Answers one request. */
export async function respond({ context, gossip, stream, method, url, body }: Request): Promise<Answer> {
  const [version, noun = '', ...rest] = url.pathname.split('/').slice(1)
  if (method === 'POST') {
    if (gossip === undefined) return missing(url.pathname)
    if (url.pathname === '/v1/envelopes') return gossip.mail.accept(body)
    return url.pathname === '/v1/attestations' ? ok(await gossip.accept(body)) : missing(url.pathname)
  }
  if (method !== 'GET') return { status: 405, value: { error: 'only GET, and POST of attestations and envelopes' } }
  if (version === 'live') return ok({ live: true })
  if (version === 'ready') return ready(context)
  const read = version === 'v1' && Object.hasOwn(reads, noun) ? reads[noun] : undefined
  return read === undefined ? missing(url.pathname) : read({ context, gossip, stream, url, rest })
}

type Query = { context: Context; gossip: Gossip | undefined; stream: Stream; url: URL; rest: readonly string[] }
type Read = (query: Query) => Answer | Promise<Answer>

const reads: Readonly<Record<string, Read>> = {
  vector: ({ gossip }) => (gossip === undefined ? missing('gossip') : ok(gossip.vector())),
  status: ({ context }) => ok(statusOf(context)),
  lanes: ({ context }) => ok({ lanes: [...context.lanes.values()].map((lane) => describeLane(context, lane)) }),
  messages: ({ context, url, rest }) => (rest.length === 2 ? messagePage(context, url, rest) : message(context, rest)),
  attestations: ({ context, gossip, url, rest }) => (rest.length === 0 ? page({ gossip, url }) : attestation(context, rest)),
  tasks: ({ context, url, rest }) => tasks(context, url, rest),
  agents: ({ context, url, rest }) => agents(context, url, rest),
  envelopes: ({ gossip, url }) => (gossip === undefined ? missing('gossip') : gossip.mail.list(url)),
  bodies: ({ context, rest }) => body(context, rest),
  why: ({ context, url, rest }) => why(context, url, rest),
  events: ({ stream }) => stream.open(),
  deadletters: ({ context }) => ok({ deadLetters: context.store.deliveries.deadLetters() }),
  evidence: ({ context }) => ok({ evidence: context.store.evidence.list().map(([first, second, at]) => ({ first, second, at })) }),
}

/** Ready: every chain is read up to its finality, none is halted, the rosters are known, and the shared store answers where there is one. */
function ready(context: Context): Answer {
  const chains = [...context.chains.values()].map(({ chainId, sync, roster }) => {
    const { isSynced, halt, lastError, final, target } = sync.status()
    return { chainId, isReady: isSynced && roster !== undefined, halt, lastError, final: final?.number, target }
  })
  const shared = context.vault.status()
  const isReady = chains.every((chain) => chain.isReady) && shared?.isUp !== false
  return { status: isReady ? 200 : 503, value: { ready: isReady, chains, shared } }
}

function statusOf(context: Context) {
  const { config, attester, deliverer } = context
  return {
    name: config.name,
    roles: config.roles,
    attester: attester?.address,
    deliverer: deliverer?.address,
    shared: context.vault.status(),
    chains: [...context.chains.values()].map(({ sync, roster }) => ({ ...sync.status(), roster })),
  }
}

function describeLane(context: Context, lane: LaneEntry) {
  const { laneKey: key, originChainId, destinationChainId } = lane
  const count = context.store.messages.count(key)
  const vouched = [...context.chains.values()]
    .filter(({ chainId }) => leadsTo(lane, chainId))
    .map(({ chainId, roster }) => ({ chainId, nonce: roster === undefined ? 0 : highestVouched({ context, lane, roster }) }))
  return {
    laneKey: key,
    originChainId,
    originGateway: lane.lane.originGateway,
    destinationChainId,
    nonce: count,
    head: context.store.messages.headAt({ laneKey: key, nonce: count }),
    vouched,
  }
}

function highestVouched({
  context,
  lane,
  roster,
}: {
  context: Context
  lane: LaneEntry
  roster: NonNullable<ReturnType<Context['chains']['get']>>['roster'] & {}
}): number {
  const said = context.store.attestations
    .nonces({ setId: roster.setId, laneKey: lane.laneKey, after: 0 })
    .filter(({ count }) => count >= roster.quorum)
  return said.findLast(({ nonce }) => signaturesAt({ context, roster, laneKey: lane.laneKey, nonce }) !== undefined)?.nonce ?? 0
}

/** `/v1/messages/<id>` or `/v1/messages/<origin>/<destination>/<nonce>`. */
function message(context: Context, rest: readonly string[]): Answer {
  const [first, destination, nonce] = rest
  if (rest.length === 1 && isHex(first) && first.length === 66) {
    const found = context.store.messages.byLeaf(first)
    return found === undefined ? missing(`message ${first}`) : ok(describeMessage(context, found))
  }
  const lane = laneOf(context, first, destination)
  if (lane === undefined || !isCount(nonce))
    return wrong('expected /v1/messages/<id> or /v1/messages/<originChainId>/<destinationChainId>/<nonce>')
  const [found] = context.store.messages.range({ laneKey: lane.laneKey, from: Number(nonce), to: Number(nonce) + 1 })
  return found === undefined ? missing(`message ${nonce}`) : ok(describeMessage(context, found))
}

function describeMessage(context: Context, stored: StoredMessage) {
  const lane = context.lanes.get(stored.laneKey)
  const places = [...context.chains.values()].filter(({ chainId }) => lane !== undefined && leadsTo(lane, chainId))
  const deliveries = places.map(({ chainId }) => {
    const place = { laneKey: stored.laneKey, chainId, nonce: stored.nonce }
    return { chainId, final: context.store.deliveries.statusOf(place) ?? 'Pending', deadLetter: context.store.deliveries.deadLetter(place) }
  })
  return { ...stored, originChainId: lane?.originChainId, destinationChainId: lane?.destinationChainId, deliveries }
}

/** `/v1/attestations/<origin>/<destination>/<nonce>`: who vouched for the head at a nonce. */
function attestation(context: Context, rest: readonly string[]): Answer {
  const [origin, destination, nonce] = rest
  const lane = laneOf(context, origin, destination)
  if (lane === undefined || !isCount(nonce)) return wrong('expected /v1/attestations/<originChainId>/<destinationChainId>/<nonce>')
  const setIds = new Set(
    [...context.chains.values()]
      .filter(({ chainId }) => leadsTo(lane, chainId))
      .flatMap(({ roster }) => (roster === undefined ? [] : [roster.setId])),
  )
  const attestations = [...setIds].flatMap((setId) => context.store.attestations.at({ setId, laneKey: lane.laneKey, nonce: Number(nonce) }))
  return ok({
    lane: lane.lane,
    laneKey: lane.laneKey,
    nonce: Number(nonce),
    head: context.store.messages.headAt({ laneKey: lane.laneKey, nonce: Number(nonce) }),
    attestations,
  })
}

function page({ gossip, url }: { gossip: Gossip | undefined; url: URL }): Answer {
  const [setId, key, from] = [url.searchParams.get('setId'), url.searchParams.get('laneKey'), url.searchParams.get('from') ?? '0']
  if (gossip === undefined || !isHex(setId) || !isHex(key) || !isCount(from))
    return wrong('expected ?setId=<bytes32>&laneKey=<bytes32>&from=<nonce>')
  return ok(gossip.serve({ setId, laneKey: key, from: Number(from) }))
}

/** `/v1/messages/<origin>/<destination>?from=&limit=`: messages of a lane in their order. */
function messagePage(context: Context, url: URL, rest: readonly string[]): Answer {
  const lane = laneOf(context, rest[0], rest[1])
  const [from, limit] = [url.searchParams.get('from') ?? '0', url.searchParams.get('limit') ?? '100']
  if (lane === undefined || !isCount(from) || !isCount(limit) || Number(limit) > 500)
    return wrong('expected /v1/messages/<originChainId>/<destinationChainId>?from=<nonce>&limit=<up to 500>')
  const { laneKey: key } = lane
  const found = context.store.messages.range({ laneKey: key, from: Number(from), to: Number(from) + Number(limit) })
  return ok({ laneKey: key, count: context.store.messages.count(key), messages: found.map((stored) => describeMessage(context, stored)) })
}

function laneOf(context: Context, origin: string | undefined, destination: string | undefined): LaneEntry | undefined {
  const chain = context.chains.get(Number(origin))
  if (chain === undefined || !isCount(destination)) return undefined
  const lane = {
    originChainId: BigInt(chain.chainId),
    originGateway: chain.config.deployment.gateway,
    destinationChainId: BigInt(destination),
  }
  return context.lanes.get(laneKey(lane))
}

function isCount(value: string | undefined): value is string {
  return value !== undefined && /^\d{1,15}$/.test(value)
}
