import type { HeadStatement } from '@hanse/sdk/gateway'
import type { Hex } from 'viem'
import { z } from 'zod/v4'
import { SignConflictError } from '../errors.ts'
import { isMember } from '../finality/rosters.ts'
import { reasonOf } from '../ops/log.ts'
import { type Loop, startLoop } from '../ops/loop.ts'
import { patience } from '../peers/ask.ts'
import type { Attestation, VectorEntry } from '../store/attestations.ts'
import type { Context } from '../watcherContext.ts'
import { laneName } from './attest.ts'
import { createMail, type Mail } from './envelopes.ts'

function hexOf(bytes: number) {
  const shape = new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`)
  return z.custom<Hex>((value) => typeof value === 'string' && shape.test(value))
}

const hexDigest = z.string().regex(/^[0-9a-f]{16}$/)

const attestationSchema = z.object({
  setId: hexOf(32),
  laneKey: hexOf(32),
  nonce: z.int().positive(),
  head: hexOf(32),
  signer: hexOf(20),
  signature: hexOf(64),
})
const attestationsSchema = z.object({ attestations: z.array(attestationSchema).max(256) })
const entrySchema = z.object({
  setId: hexOf(32),
  laneKey: hexOf(32),
  signer: hexOf(20),
  nonce: z.int(),
  head: hexOf(32),
  count: z.int(),
  /** Peers of an earlier version give none. */
  digest: hexDigest.optional(),
  floor: z.int().min(0).default(0),
})
const vectorSchema = z.object({
  attester: hexOf(20).optional(),
  /** The count of the newest envelope there. */
  envelopes: z.int().nonnegative().default(0),
  vector: z.array(entrySchema).max(100_000),
  /** Contradictions that the peer knows. */
  evidence: z
    .array(z.object({ setId: hexOf(32), laneKey: hexOf(32), signer: hexOf(20) }))
    .max(10_000)
    .default([]),
})
const evidenceSchema = z.object({ evidence: z.array(z.object({ first: attestationSchema, second: attestationSchema })).max(10_000) })

/** How many messages a peer may be ahead of this watcher: more would let one member fill the store with words about nothing. */
const maxAhead = 10_000
/** Attestations of one answer. */
const page = 256

/** Exchanges attestations with the other watchers. */
export type Gossip = {
  /** Sends new attestations to all peers. Never waits for them. */
  push(attestations: readonly Attestation[]): void
  /** Takes what a peer sent. Signatures prove themselves, so it does not matter who brought them. */
  accept(body: unknown): Promise<{ readonly added: number; readonly refused: number }>
  /** What is here, for a peer to compare with. */
  vector(): {
    readonly attester: string | undefined
    readonly envelopes: number
    readonly vector: readonly VectorEntry[]
    readonly evidence: readonly Contradiction[]
  }
  /** Attestations of one lane for a peer that lacks some. */
  serve(query: { setId: Hex; laneKey: Hex; from: number }): { readonly attestations: readonly Attestation[] }
  /**
   * Whether peers have shown what this watcher signed before it started: its own memory may be an old copy. All of them, or after a while as many
   * as make a quorum with it.
   */
  knowsPast(): boolean
  /** Asks peers anew what this watcher signed: what it shares with its other processes is an old copy. */
  forgetPast(): void
  /** What agents say to each other. */
  readonly mail: Mail
  /** Watchers heard of lately, by lower-case address. */
  isAlive(member: string): boolean
  stop(): Promise<void>
}

/** Milliseconds after the start for which a silent peer is waited for before anything is signed. */
const pastPatience = 20_000

/** Peers that answered last time, with who they are and when (milliseconds). One that does not answer is out at once. */
type Heard = Map<string, { readonly attester: string; readonly at: number }>

/** Starts comparing with each peer, one loop per peer so that a slow one holds up nobody. */
export function startGossip(context: Context): Gossip {
  const heard: Heard = new Map()
  const mail = createMail(context)
  const asked = new Set<string>()
  const stopping = new AbortController()
  let isPatient = true
  const own = startLearning(context)
  void context.outside.wait(pastPatience, stopping.signal).then(() => {
    isPatient = false
    tellAsked(context)
  })
  const loops = context.config.peers.map((peer): Loop => {
    const work = async () => {
      if (!context.store.pauses.has('gossip', 0)) await compareWith({ context, peer, heard, asked, mail })
    }
    return startLoop({
      name: `gossip ${new URL(peer).host}`,
      everyMs: context.config.gossipMs,
      work,
      log: context.log.child({}, { level: 'error' }),
      wait: context.outside.wait,
    })
  })
  const self = () => context.attester?.address.toLowerCase()
  return {
    push(attestations) {
      if (context.store.pauses.has('gossip', 0)) return
      for (let at = 0; at < attestations.length; at += page) {
        const body = JSON.stringify({ attestations: attestations.slice(at, at + page).map(toWire) })
        for (const peer of context.config.peers)
          void context.outside.askPeer({ peer, path: '/v1/attestations', body }).catch(() => undefined)
      }
    },
    accept: (body) => accept({ context, body }),
    vector: () => ({
      attester: self(),
      envelopes: mail.newest(),
      vector: context.store.attestations.vector(),
      evidence: contradictions(context),
    }),
    mail,
    serve: ({ setId, laneKey, from }) => ({ attestations: context.store.attestations.from({ setId, laneKey, nonce: from, limit: page }) }),
    forgetPast: () => asked.clear(),
    knowsPast: () => own.isLearned() && (asked.size === context.config.peers.length || (!isPatient && asked.size >= neededPeers(context))),
    isAlive: (member) => {
      const at = Math.max(0, ...[...heard.values()].filter(({ attester }) => attester === member).map((entry) => entry.at))
      return member === self() || context.now() - at < 3 * context.config.gossipMs + patience
    },
    stop: async () => {
      stopping.abort()
      await Promise.all([own.loop, ...loops].map((loop) => loop.stop()))
    },
  }
}

/** Nothing is signed before the guard knows what is known here of own signatures: its file may be an older copy than the other one. */
function startLearning(context: Context): { readonly isLearned: () => boolean; readonly loop: Loop } {
  let isLearned = false
  const work = async () => {
    if (isLearned) return
    await learnOwn(context)
    isLearned = true
    tellAsked(context)
  }
  const loop = startLoop({ name: 'own past', everyMs: 60_000, work, log: context.log, wait: context.outside.wait })
  return { isLearned: () => isLearned, loop }
}

function toWire(attestation: Attestation): Attestation {
  return { ...attestation, signer: `0x${attestation.signer.slice(2).toLowerCase()}` }
}

/** One round with one peer: what does it have that is not here? */
async function compareWith({
  context,
  peer,
  heard,
  asked,
  mail,
}: {
  context: Context
  peer: string
  heard: Heard
  asked: Set<string>
  mail: Mail
}): Promise<void> {
  const label = { peer: new URL(peer).host }
  try {
    const { attester, vector, evidence, envelopes } = vectorSchema.parse(await context.outside.askPeer({ peer, path: '/v1/vector' }))
    if (attester !== undefined) heard.set(peer, { attester, at: context.now() })
    context.metrics.peerUp.set(label, 1)
    if (!asked.has(peer)) await pullOwn({ context, peer, vector })
    if (!asked.has(peer)) tellAsked(context)
    asked.add(peer)
    for (const { setId, laneKey, from } of pullsFor({ context, vector })) await pull({ context, peer, setId, laneKey, from })
    if (evidence.some((one) => isFromMember(context, one) && !context.store.evidence.has(one))) await pullEvidence({ context, peer })
    await mail.catchUp({ peer, newest: envelopes })
  } catch (error) {
    context.metrics.peerUp.set(label, 0)
    heard.delete(peer)
    context.log.debug({ ...label, reason: reasonOf(error) }, 'peer does not answer')
  }
}

/** How many peers must have answered before anything is signed though others are silent: with this watcher they are a quorum. */
function neededPeers({ chains, config }: Context): number {
  const quorums = [...chains.values()].map(({ roster }) => roster?.quorum ?? Number.POSITIVE_INFINITY)
  return Math.min(Math.max(...quorums) - 1, config.peers.length)
}

/** Whoever waited to sign may look again. */
function tellAsked({ config, events }: Context): void {
  for (const { chainId } of config.chains) events.emit('attested', chainId)
}

async function learnOwn(context: Context): Promise<void> {
  const { attester, store } = context
  if (attester === undefined) return
  for (const attestation of store.attestations.bySigner(attester.address)) await remember({ context, attestation })
}

/** The guard learns everything that a peer holds of own signatures, under whichever set. */
async function pullOwn({ context, peer, vector }: { context: Context; peer: string; vector: readonly Theirs[] }): Promise<void> {
  const own = context.attester?.address.toLowerCase()
  const mine = new Map(context.store.attestations.vector().map((entry) => [`${entry.setId}${entry.laneKey}${entry.signer}`, entry]))
  for (const { setId, laneKey, signer, digest } of vector) {
    const isSame = digest !== undefined && mine.get(`${setId}${laneKey}${signer}`)?.digest === digest
    if (signer === own && context.lanes.has(laneKey) && !isSame) await pull({ context, peer, setId, laneKey, from: 0 })
  }
}

type Theirs = z.output<typeof entrySchema>

type Pull = { readonly setId: Hex; readonly laneKey: Hex; readonly from: number }

/** From which nonce on to ask a peer for attestations, by set and lane. */
function pullsFor({ context, vector }: { context: Context; vector: readonly Theirs[] }): readonly Pull[] {
  const own = new Map(context.store.attestations.vector().map((entry) => [`${entry.setId}${entry.laneKey}${entry.signer}`, entry]))
  const pulls = new Map<string, Pull>()
  for (const theirs of vector) {
    const { setId, laneKey, signer } = theirs
    const mine = own.get(`${setId}${laneKey}${signer}`)
    const isKnown = context.lanes.has(laneKey) && isMember({ chains: [...context.chains.values()], setId, account: signer })
    if (!isKnown || (mine !== undefined && !hasMore({ mine, theirs }))) continue
    const from = startOf({ mine, theirs })
    const key = `${setId}${laneKey}`
    pulls.set(key, { setId, laneKey, from: Math.min(from, pulls.get(key)?.from ?? from) })
  }
  return [...pulls.values()]
}

type Progress = Pick<VectorEntry, 'nonce' | 'head' | 'count' | 'floor'> & { readonly digest?: string | undefined }

/** After what is here; at the place in dispute; or from the start when something is missing in between. */
function startOf({ mine, theirs }: { mine: Progress | undefined; theirs: Progress }): number {
  if (mine === undefined) return 0
  if (theirs.nonce > mine.nonce) return mine.nonce + 1
  return theirs.nonce === mine.nonce && theirs.head !== mine.head ? mine.nonce : theirs.floor
}

/** Whether a peer has words of a signer that are not here: later ones, more, or another one for the same place. */
function hasMore({ mine, theirs }: { mine: Progress; theirs: Progress }): boolean {
  if (theirs.nonce > mine.nonce || (theirs.nonce === mine.nonce && theirs.head !== mine.head)) return true
  // One who has forgotten more than the other holds something else without a gap.
  const isComparable = theirs.floor === mine.floor
  const isOther = theirs.digest !== undefined && theirs.digest !== mine.digest && theirs.count >= mine.count
  return isComparable && (theirs.count > mine.count || isOther)
}

async function pull({
  context,
  peer,
  setId,
  laneKey,
  from,
}: {
  context: Context
  peer: string
  setId: Hex
  laneKey: Hex
  from: number
}): Promise<void> {
  let next = from
  for (;;) {
    const body = await context.outside.askPeer({ peer, path: `/v1/attestations?setId=${setId}&laneKey=${laneKey}&from=${next}` })
    const { attestations } = attestationsSchema.parse(body)
    await accept({ context, body })
    const last = attestations.at(-1)?.nonce ?? 0
    // A page may end inside a nonce, so the next one starts with it again.
    if (attestations.length < page || last <= next) return
    next = last
  }
}

/** Who contradicted itself on which lane. */
type Contradiction = Pick<Attestation, 'setId' | 'laneKey' | 'signer'>

const contradictions = (context: Context): readonly Contradiction[] =>
  context.store.evidence.list().map(([{ setId, laneKey, signer }]) => ({ setId, laneKey, signer }))

/** Contradictions that a peer noticed. They prove themselves, as every signature does. */
async function pullEvidence({ context, peer }: { context: Context; peer: string }): Promise<void> {
  const { evidence } = evidenceSchema.parse(await context.outside.askPeer({ peer, path: '/v1/evidence' }))
  for (const { first, second } of evidence) {
    if (context.store.evidence.has(first) || first.head === second.head || placeOf(first) !== placeOf(second)) continue
    if (!isFromMember(context, first) || !(await isSigned(context, first)) || !(await isSigned(context, second))) continue
    contradict({ context, first, second })
  }
}

const placeOf = ({ setId, laneKey, nonce, signer }: Attestation) => `${setId} ${laneKey} ${nonce} ${signer}`

/** Whether it is about a known lane and by a member of a set that counts now. */
function isFromMember(context: Context, { laneKey, setId, signer }: Contradiction): boolean {
  return context.lanes.has(laneKey) && isMember({ chains: [...context.chains.values()], setId, account: signer })
}

/** Whether the signature is that of the signer. */
async function isSigned(context: Context, { setId, laneKey, nonce, head, signer, signature }: Attestation): Promise<boolean> {
  const lane = context.lanes.get(laneKey)
  if (lane === undefined) return false
  const statement: HeadStatement = { setId, lane: lane.lane, nonce: BigInt(nonce), head }
  const actual = await context.outside.recoverSigner({ statement, signature }).catch(() => undefined)
  return actual?.toLowerCase() === signer
}

/** Takes what anyone brought: signatures prove themselves. */
export async function accept({ context, body }: { context: Context; body: unknown }): Promise<{ added: number; refused: number }> {
  const parsed = attestationsSchema.safeParse(body)
  if (!parsed.success) return { added: 0, refused: 1 }
  const origins = new Set<number>()
  let refused = 0
  for (const attestation of parsed.data.attestations) {
    const outcome = await acceptOne({ context, attestation })
    if (outcome !== 'known') context.metrics.attestations.inc({ outcome })
    if (outcome === 'refused' || outcome === 'contradicts') refused++
    // Whoever brings one false signature gets no more of this watcher's time: checking one costs milliseconds.
    if (outcome === 'forged') return { added: origins.size, refused: refused + 1 }
    const origin = context.lanes.get(attestation.laneKey)?.originChainId
    if (outcome === 'added' && origin !== undefined) origins.add(origin)
  }
  for (const chainId of origins) context.events.emit('attested', chainId)
  return { added: origins.size, refused }
}

/** Takes one attestation: of a known lane, by a member of a set that counts now, with a signature that holds. */
async function acceptOne({
  context,
  attestation,
}: {
  context: Context
  attestation: Attestation
}): Promise<'added' | 'known' | 'refused' | 'forged' | 'contradicts'> {
  const { laneKey, nonce, head, signer } = attestation
  const lane = context.lanes.get(laneKey)
  const isOwn = signer === context.attester?.address.toLowerCase()
  if (lane === undefined) return 'refused'
  // What this watcher signed itself counts whoever is a member now: it must never sign anything else there.
  const isWanted =
    isFromMember(context, attestation) &&
    !context.store.attestations.isOver(attestation) &&
    nonce <= context.store.messages.count(laneKey) + maxAhead
  if (!isOwn && !isWanted) return 'refused'
  if (context.store.attestations.find(attestation)?.head === head) return 'known'
  if (!(await isSigned(context, attestation))) return 'forged'
  // Looked up after the wait: both sides of a contradiction may have come at the same time.
  const known = context.store.attestations.find(attestation)
  if (known?.head === head) return 'known'
  if (known !== undefined) return contradict({ context, first: known, second: attestation })
  if (isOwn && !(await remember({ context, attestation }))) return 'refused'
  if (context.store.attestations.add(attestation)) context.vault.publish([attestation])
  context.metrics.peerSignedIndex.set({ signer, lane: laneName(lane) }, nonce)
  return 'added'
}

function contradict({ context, first, second }: { context: Context; first: Attestation; second: Attestation }): 'contradicts' {
  if (context.store.evidence.accuse({ first, second, at: context.now() })) {
    context.vault.publish([first, second])
    context.metrics.equivocations.inc({ signer: first.signer })
    context.log.error({ signer: first.signer, laneKey: first.laneKey, nonce: first.nonce }, 'a watcher signed two heads for one place')
  }
  return 'contradicts'
}

/** A peer shows what this watcher signed: after a restore from a backup the guard learns it before anything else is signed there. */
async function remember({ context, attestation }: { context: Context; attestation: Attestation }): Promise<boolean> {
  const { setId, laneKey, nonce, head } = attestation
  if (context.store.guard.signedHead(attestation) === head) return true
  try {
    const origin = context.lanes.get(laneKey)?.originChainId ?? 0
    await context.vault.learn(origin, { setId, laneKey, nonce, head, policyHeight: 0n, at: context.now() })
    return true
  } catch (error) {
    if (!(error instanceof SignConflictError)) throw error
    context.metrics.signRefused.inc({ reason: 'own-signature-elsewhere' })
    context.log.error({ laneKey, nonce, reason: reasonOf(error) }, 'a peer holds another head under the key of this watcher')
    return false
  }
}
