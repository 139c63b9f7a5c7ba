import type { Address, Hex } from 'viem'
import type { Client } from '../client.ts'
import { recoverSigner, type SignedHead } from './attestation.ts'
import { getLaneHistory, headAt, type LaneHistory } from './getLaneHistory.ts'
import { getLink } from './getLink.ts'
import { type CurrentRoster, getRoster } from './getRoster.ts'
import { type Lane, laneKey } from './lane.ts'
import { askPeer, type ClaimedAttestation } from './peerAttestations.ts'

/** What `fetchAttestations` takes. */
export type FetchAttestationsParameters = {
  /** Where the messages shall run: the watchers that count there now are those that count. */
  readonly chainId: number
  /** The client must know its origin. */
  readonly lane: Lane
  /** Base urls of watchers, any of them. */
  readonly urls: readonly string[]
  /** Only heads over at least so many messages. Default 1. */
  readonly from?: bigint
  /** The lane's messages, when they are at hand. Default: read from the origin, up to its newest final block. */
  readonly history?: LaneHistory
  /** Milliseconds until one answer of a watcher counts as lost. Default 5,000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly fetch?: typeof globalThis.fetch
}

/** A head and those whose signatures over it count. */
export type VouchedHead = {
  /** How many messages it covers. */
  readonly nonce: bigint
  readonly head: Hex
  /** Checked. `deliver` takes them when there are at least as many as the quorum. */
  readonly signatures: readonly SignedHead[]
}

/** A claim that does not hold. */
export type Lie = {
  /** Who told it; undefined: it was handed in. */
  readonly url: string | undefined
  readonly kind: /** The url says that a watcher signed what it did not sign. */
    | 'SignatureForged'
    /** Signed by somebody who is no member of the current generation, or no longer counts. */
    | 'SignerNotCounting'
    /** A member signed a head that its origin does not have. With an honest signature of the same place this is evidence. */
    | 'HeadContradicted'
  readonly signer: Address
  readonly nonce: bigint
  readonly head: Hex
  readonly signature: Hex
}

/** What watchers vouch for on a lane, checked. */
export type Attestations = {
  /** Undefined: nobody vouches on that chain. */
  readonly setId: Hex | undefined
  /** How many signatures a head needs now. */
  readonly quorum: number
  /** By nonce. Also those with too few signatures. */
  readonly heads: readonly VouchedHead[]
  /** Ignored, and named. */
  readonly lies: readonly Lie[]
  /** Watchers that did not answer, or not to the end, and why. */
  readonly faults: readonly { readonly url: string; readonly reason: string }[]
}

/**
 * Asks watchers for their signatures over the heads of a lane. Believes none of them: every head must be the one that the origin's own messages
 * fold to, and every signature one of a watcher that counts now. Lies are left out, and told.
 *
 * @throws LaneHistoryError when the origin's messages are not complete.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { heads, quorum, lies } = await gateway.fetchAttestations(client, { chainId: 10, lane, urls: ['https://watcher.example'] })
 * console.log(heads.filter(({ signatures }) => signatures.length >= quorum).length, lies)
 * ```
 */
export async function fetchAttestations(client: Client, parameters: FetchAttestationsParameters): Promise<Attestations> {
  const { chainId, lane, urls, from = 1n, timeoutMs = 5_000, signal, fetch = globalThis.fetch } = parameters
  const { value: link } = await getLink(client, { chainId, lane })
  const [history, roster] = await Promise.all([
    parameters.history ?? historyOf(client, lane),
    link.isLinked ? getRoster(client, { chainId, watcherSet: link.verifier }).then(({ value }) => value) : nobody,
  ])
  const { setId, quorum, members } = roster
  if (setId === undefined) return { setId, quorum, heads: [], lies: [], faults: [] }
  const to = BigInt(history.messages.length)
  const limit = (members.length + 1) * (history.messages.length + 1) + 256
  const query = { setId, laneKey: laneKey(lane), from, to, limit, timeoutMs, signal, fetch }
  const answers = await Promise.all(urls.map(async (url) => ({ url, ...(await askPeer({ ...query, url })) })))
  const claims = answers.flatMap(({ url, claims: said }) => said.map((claim) => ({ ...claim, url })))
  const faults = answers.flatMap(({ url, fault }) => (fault === undefined ? [] : [{ url, reason: fault }]))
  return { ...(await checkAttestations({ history, roster, claims })), faults }
}

const nobody: CurrentRoster = { setId: undefined, members: [], quorum: 0, masked: [] }

async function historyOf(client: Client, { originChainId, destinationChainId }: Lane): Promise<LaneHistory> {
  const parameters = { chainId: Number(originChainId), destinationChainId: Number(destinationChainId), at: 'final' } as const
  return (await getLaneHistory(client, parameters)).value
}

type Claim = ClaimedAttestation & { readonly url: string | undefined }

/** Sorts claims into what counts and what is a lie. Claims about messages that are not in the history are neither. */
export async function checkAttestations({
  history,
  roster,
  claims,
}: {
  readonly history: LaneHistory
  readonly roster: CurrentRoster
  readonly claims: readonly Claim[]
}): Promise<Omit<Attestations, 'faults'>> {
  const { setId, quorum } = roster
  const counting = new Map<bigint, Map<string, SignedHead>>()
  const lies: Lie[] = []
  for (const claim of claims) {
    const head = headAt(history, claim.nonce)
    const signer = claim.signer.toLowerCase()
    if (setId === undefined || head === undefined || counting.get(claim.nonce)?.has(signer)) continue
    const kind = await lieOf({ claim, head, setId, history, roster })
    const { nonce, signature } = claim
    if (kind !== undefined) lies.push({ ...claim, kind })
    else counting.set(nonce, (counting.get(nonce) ?? new Map()).set(signer, { signer: claim.signer, signature }))
  }
  const heads = [...counting].map(([nonce, signed]) => ({
    nonce,
    head: headAt(history, nonce) ?? '0x',
    signatures: [...signed.values()],
  }))
  return { setId, quorum, heads: heads.sort((a, b) => (a.nonce < b.nonce ? -1 : 1)), lies }
}

type Check = {
  readonly claim: Claim
  readonly head: Hex
  readonly setId: Hex
  readonly history: LaneHistory
  readonly roster: CurrentRoster
}

async function lieOf({ claim, head, setId, history, roster }: Check): Promise<Lie['kind'] | undefined> {
  const { nonce, signature } = claim
  const isSame = (member: Address) => member.toLowerCase() === claim.signer.toLowerCase()
  if (!roster.members.some(isSame) || roster.masked.some(isSame)) return 'SignerNotCounting'
  const statement = { setId, lane: history.lane, nonce, head: claim.head }
  const signer = await recoverSigner({ statement, signature }).catch(() => undefined)
  if (signer === undefined || !isSame(signer)) return 'SignatureForged'
  return claim.head === head ? undefined : 'HeadContradicted'
}
