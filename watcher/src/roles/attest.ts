import { type HeadStatement, headTypedData, toCompact } from '@hanse/sdk/gateway'
import type { Hex } from 'viem'
import { type Chain, type LaneEntry, leadsTo } from '../chain.ts'
import { signaturesAt } from '../deliver/vouched.ts'
import { SignConflictError } from '../errors.ts'
import { isMember, isStrictEnough, setIdsFor } from '../finality/rosters.ts'
import { testCrashHook } from '../ops/crash.ts'
import { type Loop, startLoop } from '../ops/loop.ts'
import type { HeadSigner } from '../signer/types.ts'
import { type Attestation, checkpoint } from '../store/attestations.ts'
import type { GuardRow } from '../store/signGuard.ts'
import type { Context } from '../watcherContext.ts'

/** Most heads signed in one go: a long backlog must not hold up the newest ones. */
const maxBatch = 64

/** How far below its own newest signature a watcher looks for what peers signed. */
const maxBack = 512

/** Signs the newest final head of each lane, each checkpoint, and what peers signed in between. */
export function startAttesting(
  context: Context,
  attester: HeadSigner,
  onSigned: (attestations: readonly Attestation[]) => void,
  knowsPast: () => boolean = () => true,
): Loop {
  const work = async () => {
    // The guard may be an old copy: first the peers say what this watcher signed.
    if (!knowsPast()) return context.metrics.signRefused.inc({ reason: 'past-unknown' })
    for (const chain of context.chains.values()) {
      if (!context.vault.has({ role: 'attest', chainId: chain.chainId })) continue
      const wanted = wantedHeads({ context, chain, attester })
      if (wanted.length > 0) onSigned(await sign({ context, attester, chainId: chain.chainId, wanted: wanted.slice(0, maxBatch) }))
      if (wanted.length > maxBatch) loop.wake()
    }
  }
  const loop = startLoop({ name: 'attest', everyMs: 1_000, work, log: context.log, wait: context.outside.wait })
  for (const happening of ['finalized', 'roster', 'attested'] as const) context.events.on(happening, loop.wake)
  return loop
}

type Wanted = { readonly lane: LaneEntry; readonly row: GuardRow }

/** The heads of one origin that this watcher should have signed and has not. A chain that is halted gives none. */
function wantedHeads({ context, chain, attester }: { context: Context; chain: Chain; attester: HeadSigner }): readonly Wanted[] {
  const { halt, final } = chain.sync.status()
  if (context.store.pauses.has('attest', chain.chainId) || halt !== undefined || final === undefined) return []
  const all = [...context.chains.values()]
  const lanes = [...context.lanes.values()].filter((lane) => lane.originChainId === chain.chainId)
  return lanes.flatMap((lane) => {
    const count = context.store.messages.count(lane.laneKey)
    if (count === 0) return []
    const setIds = setIdsFor({ destinations: all.filter(({ chainId }) => leadsTo(lane, chainId)) })
    return setIds
      .filter((setId) => isMember({ chains: all, setId, account: attester.address }))
      .flatMap((setId) =>
        noncesToSign({ context, lane, setId, count, attester }).map((nonce) =>
          toWanted({ context, lane, setId, nonce, policyHeight: final.number }),
        ),
      )
      .filter((wanted) => wanted !== undefined)
  })
}

type Signing = { context: Context; lane: LaneEntry; setId: Hex; count: number; attester: HeadSigner }

/**
 * The nonces to sign, newest first. None at all while the lane here is shorter than what this watcher signed of it, or other than that: after a
 * restore it is behind, and after a break of finality the lane goes on only under a new set.
 */
function noncesToSign({ context, lane, setId, count, attester }: Signing): readonly number[] {
  const { laneKey } = lane
  const { guard, attestations, messages, policies } = context.store
  const own = context.chains.get(lane.originChainId)?.config.finality
  const promised = policies.find({ setId, chainId: lane.originChainId })
  if (own === undefined || !isStrictEnough({ own, promised })) return refuse(context, { lane, reason: 'finality-too-weak' })
  const signed = guard.newest({ setId, laneKey })
  const last = signed?.nonce ?? 0
  if (signed !== undefined && last > count) return refuse(context, { lane, reason: 'behind' })
  if (signed !== undefined && messages.headAt({ laneKey, nonce: last }) !== signed.head)
    return refuse(context, { lane, reason: 'history-changed' })
  const nonces = new Set(last > 0 ? [count, last] : [count])
  // Some way back too: a crash may lie between what the guard notes and what was signed.
  const from = Math.max(1, Math.floor(last / checkpoint) - maxBatch)
  for (let nonce = from * checkpoint; nonce < count; nonce += checkpoint) nonces.add(nonce)
  // What peers signed and no quorum has covered yet: else watchers that look at different moments would never meet.
  const said = attestations.nonces({ setId, laneKey, after: Math.max(0, last - maxBack) }).filter(({ nonce }) => nonce <= count)
  const roster = [...context.chains.values()].find((chain) => chain.roster?.setId === setId)?.roster
  const covered = said.findLast(({ nonce }) => roster !== undefined && signaturesAt({ context, roster, laneKey, nonce }) !== undefined)
  for (const { nonce } of said) if (nonce > (covered?.nonce ?? 0)) nonces.add(nonce)
  const isOpen = (nonce: number) => attestations.find({ setId, laneKey, nonce, signer: attester.address }) === undefined
  return [...nonces].filter(isOpen).sort((a, b) => b - a)
}

function refuse(context: Context, { lane, reason }: { lane: LaneEntry; reason: string }): readonly number[] {
  context.metrics.signRefused.inc({ reason })
  context.log.warn({ lane: laneName(lane), reason }, 'refused to sign')
  return []
}

function toWanted({
  context,
  lane,
  setId,
  nonce,
  policyHeight,
}: {
  context: Context
  lane: LaneEntry
  setId: Hex
  nonce: number
  policyHeight: bigint
}): Wanted | undefined {
  const head = context.store.messages.headAt({ laneKey: lane.laneKey, nonce })
  return head === undefined ? undefined : { lane, row: { setId, laneKey: lane.laneKey, nonce, head, policyHeight, at: context.now() } }
}

/** Notes all heads in the guard, on disk, and only then signs them. A conflict drops just the head that it is about. */
async function sign({
  context,
  attester,
  chainId,
  wanted,
}: {
  context: Context
  attester: HeadSigner
  chainId: number
  wanted: readonly Wanted[]
}): Promise<readonly Attestation[]> {
  const free = wanted.filter(({ row }) => isFree(context, row))
  if (free.length === 0) return []
  await context.vault.reserve(
    chainId,
    free.map(({ row }) => row),
  )
  testCrashHook('sign-guard-written')
  const signed: Attestation[] = []
  for (const { lane, row } of free) {
    // Signing may take long, and whoever took the duty over signs what was noted.
    if (!context.vault.has({ role: 'attest', chainId })) break
    const statement: HeadStatement = { setId: row.setId, lane: lane.lane, nonce: BigInt(row.nonce), head: row.head }
    const signer = attester.address
    const signature = toCompact(await attester.signTypedData(headTypedData(statement)))
    const { setId, laneKey, nonce, head } = row
    signed.push({ setId, laneKey, nonce, head, signer, signature })
  }
  testCrashHook('head-signed')
  context.store.transact(() => {
    for (const attestation of signed) context.store.attestations.add(attestation)
  })
  context.vault.publish(signed)
  for (const { lane, row } of free.slice(0, signed.length)) context.metrics.signedIndex.set({ lane: laneName(lane) }, row.nonce)
  context.events.emit('attested', chainId)
  return signed
}

function isFree(context: Context, row: GuardRow): boolean {
  const signed = context.store.guard.signedHead(row)
  if (signed === undefined || signed === row.head) return true
  const error = new SignConflictError({ laneKey: row.laneKey, nonce: BigInt(row.nonce), signed, asked: row.head })
  context.metrics.signRefused.inc({ reason: 'conflict' })
  context.log.error({ reason: error.shortMessage }, 'refused to sign')
  return false
}

/** A lane as metrics name it. */
export function laneName({ originChainId, destinationChainId }: LaneEntry): string {
  return `${originChainId}-${destinationChainId}`
}
