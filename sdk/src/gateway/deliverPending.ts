import { type Account, getAbiItem, type Hex } from 'viem'
import { getBlock } from 'viem/actions'
import { type MessageStatus, messageStatusValues } from '../abis/enums.ts'
import { batchDeliveredEvent } from '../abis/gateway.ts'
import { eventsOf } from '../actions/call.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import type { WriteResult } from '../actions/defineWrite.ts'
import { logsOf } from '../actions/logs.ts'
import { type Client, clientOf } from '../client.ts'
import { CallRevertedError } from '../errors/call.ts'
import { LaneNotLinked } from '../errors/contracts.ts'
import { NonceUnknownError } from '../errors/gateway.ts'
import { isRefusal, type Refusal } from '../errors/isRefusal.ts'
import { packProof } from './attestation.ts'
import { type DeliverParameters, type Delivery, deliver } from './deliver.ts'
import { type Attestations, checkAttestations, fetchAttestations, type VouchedHead } from './fetchAttestations.ts'
import { getLaneHistory, headAt, type LaneHistory } from './getLaneHistory.ts'
import { getLink } from './getLink.ts'
import { getRoster } from './getRoster.ts'
import { getStatus } from './getStatus.ts'
import { type Lane, laneKey } from './lane.ts'
import type { LaneMessage } from './messages.ts'
import { type BatchLimits, messageOverhead, planBatches } from './planBatches.ts'

const gatewayAbi = [batchDeliveredEvent] as const

/** What `deliverPending` takes. */
export type DeliverPendingParameters = {
  readonly originChainId: number
  readonly destinationChainId: number
  /** The origin's broadcast lane instead of the one to this chain. */
  readonly isBroadcast?: boolean
  /** Base urls of watchers to fetch signatures from. */
  readonly attestationUrls?: readonly string[]
  /** Signatures that are at hand, such as `heads` of an earlier `fetchAttestations`. Checked like those of watchers. */
  readonly heads?: readonly VouchedHead[]
  /** Only these messages. Default: all that are pending. */
  readonly nonces?: readonly bigint[]
  /** Of one transaction. Default: 12,000,000 gas or what three quarters of a block hold, 100 messages, 100,000 bytes. */
  readonly limits?: Partial<BatchLimits>
  /** Pays instead of the client's account. */
  readonly account?: Account
  readonly signal?: AbortSignal
}

/** What became of all that waited on a lane. */
export type PendingDelivery = Pick<Attestations, 'lies' | 'faults'> & {
  readonly lane: Lane
  readonly deliveries: readonly WriteResult<Delivery>[]
  /** Final at the origin, but too few watchers signed a head that covers them. */
  readonly notVouched: readonly bigint[]
  /** The destination does not even try them: each alone, with its reason. */
  readonly refused: readonly {
    readonly nonce: bigint
    readonly error: Refusal
  }[]
  /** Asked for by nonce, but no longer waiting. */
  readonly notPending: readonly { readonly nonce: bigint; readonly status: MessageStatus }[]
}

/**
 * Delivers all that waits on a lane, or single messages by their nonces. Needs no role and no watcher that delivers: the messages come from the
 * origin, proved complete against its head; the signatures from any watcher that still answers, or from the caller.
 *
 * Messages that others deliver meanwhile are skipped. Calling it again goes on where it stood.
 *
 * @throws LaneHistoryError, NonceUnknownError; LaneNotLinked, LaneIsStopped, HeadNotVouched: the contract's errors.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const lane = { originChainId: 1, destinationChainId: 10 }
 * const all = await gateway.deliverPending(client, { ...lane, attestationUrls: ['https://watcher.example'] })
 * console.log(all.deliveries.length, all.notVouched, all.lies)
 * const one = await gateway.deliverPending(client, { ...lane, attestationUrls: ['https://watcher.example'], nonces: [3n] })
 * ```
 */
export async function deliverPending(client: Client, parameters: DeliverPendingParameters): Promise<PendingDelivery> {
  const { originChainId, destinationChainId: chainId, isBroadcast = false, nonces } = parameters
  const to = isBroadcast ? 0 : chainId
  const { value: history } = await getLaneHistory(client, { chainId: originChainId, destinationChainId: to, at: 'final' })
  const length = BigInt(history.messages.length)
  const unknown = nonces?.find((nonce) => nonce < 0n || nonce >= length)
  if (unknown !== undefined) throw new NonceUnknownError({ nonce: unknown, length, chainId: originChainId })
  const { lane } = history
  const { value: link } = await getLink(client, { chainId, lane })
  if (!link.isLinked) throw new LaneNotLinked({ laneKey: laneKey(lane) }, { chainId })

  const { pending, notPending } = await waitingOf(client, { chainId, history, nonces })
  const { heads, lies, faults, quorum } = await vouchedBy(client, { ...parameters, chainId, history, verifier: link.verifier, pending })
  const usable = heads.filter(({ signatures }) => signatures.length >= quorum)
  const top = usable.at(-1)?.nonce ?? 0n
  const limits = await limitsOf(client, { chainId, limits: parameters.limits })
  const run: Run = { client, chainId, parameters, history, heads: usable, quorum, deliveries: [], refused: [] }
  const ready = pending.filter(({ nonce }) => nonce < top)
  for (const batch of planBatches(ready, limits)) await deliverBatch(run, batch)
  const notVouched = pending.filter(({ nonce }) => nonce >= top).map(({ nonce }) => nonce)
  return { lane, deliveries: run.deliveries, refused: run.refused, notVouched, notPending, lies, faults }
}

type Waiting = { readonly chainId: number; readonly history: LaneHistory; readonly nonces: readonly bigint[] | undefined }

/** Which messages wait. Ranges delivered before are known by their events; the rest is asked for one by one. */
async function waitingOf(client: Client, { chainId, history, nonces }: Waiting) {
  const { lane, messages } = history
  const wanted = nonces === undefined ? messages : messages.filter(({ nonce }) => nonces.includes(nonce))
  const { value: ranges } = nonces === undefined ? await deliveredRanges(client, { chainId, laneKey: laneKey(lane) }) : { value: [] }
  const isDone = (nonce: bigint) => ranges.some(({ first, count }) => nonce >= first && nonce < first + count)
  const open = wanted.filter(({ nonce }) => !isDone(nonce))
  const pending: LaneMessage[] = []
  const notPending: { nonce: bigint; status: MessageStatus }[] = []
  for (let at = 0; at < open.length; at += concurrency) {
    const part = open.slice(at, at + concurrency)
    const statuses = await Promise.all(part.map(({ nonce }) => getStatus(client, { chainId, lane, nonce })))
    for (const [index, message] of part.entries()) {
      const status = statuses[index]?.value ?? messageStatusValues[0]
      if (status === 'Pending') pending.push(message)
      else if (nonces !== undefined) notPending.push({ nonce: message.nonce, status })
    }
  }
  return { pending, notPending }
}

/** Questions to one node at a time. */
const concurrency = 25

const deliveredRanges = /* @__PURE__ */ defineRead<ReadParameters & { readonly laneKey: Hex }, readonly { first: bigint; count: bigint }[]>(
  'gateway.deliverPending',
  async (context, { laneKey: key }) => {
    const { gateway: address } = context.chain.deployment
    const event = getAbiItem({ abi: gatewayAbi, name: 'BatchDelivered' })
    const logs = await logsOf(context, { address, event, args: { laneKey: key } })
    return eventsOf({ abi: gatewayAbi, address, eventName: 'BatchDelivered', logs }).map(({ args }) => args)
  },
)

type Vouching = DeliverPendingParameters & {
  readonly chainId: number
  readonly history: LaneHistory
  readonly verifier: `0x${string}`
  readonly pending: readonly LaneMessage[]
}

/** Signatures of watchers and of the caller, checked together. */
async function vouchedBy(client: Client, { chainId, history, verifier, pending, attestationUrls = [], heads = [], signal }: Vouching) {
  const [lowest] = pending
  if (lowest === undefined) return { heads: [], lies: [], faults: [], quorum: 0 }
  const { lane } = history
  const more = signal === undefined ? {} : { signal }
  const fetched = await fetchAttestations(client, { chainId, lane, urls: attestationUrls, from: lowest.nonce + 1n, history, ...more })
  if (heads.length === 0) return fetched
  const { value: roster } = await getRoster(client, { chainId, watcherSet: verifier })
  const claims = [...heads, ...fetched.heads].flatMap(({ nonce, head, signatures }) =>
    signatures.map(({ signer, signature }) => ({ nonce, head, signer, signature, url: undefined })),
  )
  const checked = await checkAttestations({ history, roster, claims })
  return { ...checked, faults: fetched.faults, lies: [...fetched.lies, ...checked.lies] }
}

async function limitsOf(
  client: Client,
  { chainId, limits = {} }: { readonly chainId: number; readonly limits: Partial<BatchLimits> | undefined },
): Promise<BatchLimits> {
  const { gasLimit } = await getBlock(clientOf(client, chainId), { blockTag: 'latest' })
  const share = (gasLimit * 3n) / 4n
  return { gas: share < 12_000_000n ? share : 12_000_000n, messages: 100, bytes: 100_000, ...limits }
}

type Run = {
  readonly client: Client
  readonly chainId: number
  readonly parameters: DeliverPendingParameters
  readonly history: LaneHistory
  readonly heads: readonly VouchedHead[]
  readonly quorum: number
  readonly deliveries: WriteResult<Delivery>[]
  readonly refused: PendingDelivery['refused'][number][]
}

/** Errors of the whole lane: no message is to blame, and a smaller range does not help. */
const laneErrors = new Set(['HeadNotVouched', 'LaneNotLinked', 'LaneIsStopped', 'ProofMalformed'])

/** Delivers a range. One that is refused is cut in halves, until the message that is to blame stands alone and holds up nobody. */
async function deliverBatch(run: Run, batch: readonly LaneMessage[], gas?: bigint): Promise<void> {
  run.parameters.signal?.throwIfAborted()
  const call = callOf(run, batch)
  if (call === undefined) return
  try {
    run.deliveries.push(await deliver.sync(run.client, gas === undefined ? call : { ...call, gas }))
  } catch (error) {
    if (!isRefusal(error) || laneErrors.has(error.code)) throw error
    const half = Math.ceil(batch.length / 2)
    // Some nodes do not estimate what runs out of gas inside, as a recipient's call may.
    if (gas === undefined && error instanceof CallRevertedError && error.data === undefined)
      await deliverBatch(run, batch, enoughGas(batch))
    else if (batch.length === 1) run.refused.push({ nonce: call.first, error })
    else for (const part of [batch.slice(0, half), batch.slice(half)]) await deliverBatch(run, part)
  }
}

/** From the head before a range, over the range and the leaves after it, to the nearest head that is vouched for. */
function callOf({ chainId, history, heads, quorum, parameters }: Run, batch: readonly LaneMessage[]): DeliverParameters | undefined {
  const [first, last] = [batch[0]?.nonce ?? 0n, batch.at(-1)?.nonce ?? 0n]
  const vouched = heads.find(({ nonce }) => nonce > last)
  const headBefore = headAt(history, first)
  if (vouched === undefined || headBefore === undefined) return undefined
  const messages = batch.map(({ message }) => message)
  const tail = history.messages.slice(Number(last) + 1, Number(vouched.nonce)).map(({ sendId }) => sendId)
  const proof = packProof({ signatures: vouched.signatures.slice(0, quorum) })
  const { account } = parameters
  return { chainId, lane: history.lane, first, headBefore, messages, tail, proof, ...(account === undefined ? {} : { account }) }
}

/** What a range may take at most, every recipient at its limit. */
function enoughGas(batch: readonly LaneMessage[]): bigint {
  return batch.reduce((sum, { message }) => sum + (BigInt(message.gasLimit) * 64n) / 63n + messageOverhead, 300_000n)
}
