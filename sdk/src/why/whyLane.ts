import { type AbiEvent, type Address, getAbiItem, type Hex } from 'viem'
import { readContract } from 'viem/actions'
import type { MessageStatus } from '../abis/enums.ts'
import {
  batchDeliveredEvent,
  expiryReportedEvent,
  isDestinationLinkedFunction,
  messageExpiredEvent,
  messageFailedEvent,
  messageRetriedEvent,
} from '../abis/gateway.ts'
import { eventsOf } from '../actions/call.ts'
import { defineRead, type Freshness, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import { type Client, chainOf } from '../client.ts'
import { getLane } from '../gateway/getLane.ts'
import { getLink, type LaneLink } from '../gateway/getLink.ts'
import { getMessages } from '../gateway/getMessages.ts'
import { getRoster } from '../gateway/getRoster.ts'
import { getStatus } from '../gateway/getStatus.ts'
import { isExpired } from '../gateway/isExpired.ts'
import { type Lane, laneKey } from '../gateway/lane.ts'
import type { Why } from './answer.ts'
import { whyMessage } from './whyMessage.ts'

const gatewayAbi = [
  ...[batchDeliveredEvent, expiryReportedEvent, messageExpiredEvent, messageFailedEvent, messageRetriedEvent],
  isDestinationLinkedFunction,
] as const

type Row = Pick<Why, 'code' | 'owner' | 'nextAction' | 'deadline'>
/** A row, and the evidence that only it has. */
type Found = Row & { readonly more?: Readonly<Record<string, string>> }

/** What `whyLane` takes. */
export type WhyLaneParameters = {
  /** Its origin: the chain that sends. */
  readonly chainId: number
  /** The chain that runs what was sent. */
  readonly destinationChainId: number
  /** The origin's lane to all chains, as this destination sees it, instead of the one to it alone. */
  readonly isBroadcast?: boolean
  /** Base urls of watchers: with them the answer tells how many of them signed for what waits. */
  readonly attestationUrls?: readonly string[]
}

/**
 * Why a lane between two chains stands where it stands: what it waits for, or what of it is still to be done.
 *
 * @throws ChainNotConfiguredError when the client does not know both chains.
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code, nextAction, evidence } = await why.whyLane(client, { chainId: 1, destinationChainId: 10 })
 * console.log(code, evidence.waiting, nextAction) // 'LaneAwaitsMessage' '3' 'Message 12 waits: ...'
 * ```
 */
export async function whyLane(client: Client, parameters: WhyLaneParameters): Promise<Why> {
  const { chainId, destinationChainId: to, isBroadcast = false } = parameters
  const lane: Lane = {
    originChainId: BigInt(chainId),
    originGateway: chainOf(client, chainId).deployment.gateway,
    destinationChainId: isBroadcast ? 0n : BigInt(to),
  }
  const { value: sent, freshness: origin } = await getLane(client, { chainId, destinationChainId: Number(lane.destinationChainId) })
  const { value: link, freshness: destination } = await getLink(client, { chainId: to, lane })
  const { value: mayRun } = await backlogOf(client, { chainId: to, at: destination.blockNumber, lane, sent: sent.nonce, link })
  const place = { client, parameters, lane, link, origin, destination, sent: sent.nonce, ...mayRun }
  const { more, ...row } = await rowOf(place)
  const evidence = {
    sent: `${sent.nonce}`,
    head: sent.head,
    waiting: `${mayRun.waiting.length}`,
    failed: `${mayRun.failed.length}`,
    expired: `${mayRun.expired.length}`,
    firstNonce: `${link.firstNonce}`,
    ...more,
  }
  return { ...row, evidence, freshness: [origin, destination] }
}

/** What of a lane did not run. */
type Backlog = { readonly waiting: readonly bigint[]; readonly failed: readonly bigint[]; readonly expired: readonly bigint[] }

type Place = Backlog & {
  readonly client: Client
  readonly parameters: WhyLaneParameters
  readonly lane: Lane
  readonly link: LaneLink
  readonly origin: Freshness
  readonly destination: Freshness
  readonly sent: bigint
}

type BacklogParameters = ReadParameters & { readonly lane: Lane; readonly sent: bigint; readonly link: LaneLink }

/** By the events of the destination. What they leave open is asked for by number before anything is made of it. */
const backlogOf = /* @__PURE__ */ defineRead<BacklogParameters, Backlog>('why.whyLane', async (context, { lane, sent, link }) => {
  const { gateway: address } = context.chain.deployment
  const args = { laneKey: laneKey(lane) }
  const logs = async (event: AbiEvent) => await logsOf(context, { address, event, args })
  const [delivered, failed, expired, retried] = await Promise.all([
    logs(getAbiItem({ abi: gatewayAbi, name: 'BatchDelivered' })),
    logs(getAbiItem({ abi: gatewayAbi, name: 'MessageFailed' })),
    logs(getAbiItem({ abi: gatewayAbi, name: 'MessageExpired' })),
    logs(getAbiItem({ abi: gatewayAbi, name: 'MessageRetried' })),
  ])
  const abi = gatewayAbi
  const ranges = eventsOf({ abi, address, eventName: 'BatchDelivered', logs: delivered }).map((event) => event.args)
  const late = new Set(eventsOf({ abi, address, eventName: 'MessageExpired', logs: expired }).map((event) => event.args.nonce))
  const healed = new Set(eventsOf({ abi, address, eventName: 'MessageRetried', logs: retried }).map((event) => event.args.nonce))
  const broken = eventsOf({ abi, address, eventName: 'MessageFailed', logs: failed }).map((event) => event.args.nonce)
  const open = new Set(broken.filter((nonce) => !healed.has(nonce) && !late.has(nonce)))
  const waiting = link.isLinked ? gapsIn(ranges, { from: link.firstNonce, to: sent }) : []
  return { waiting, failed: [...open].sort(byNonce), expired: [...late].sort(byNonce) }
})

type Range = { readonly first: bigint; readonly count: bigint | number }

/** The numbers that no range holds, ascending. */
function gapsIn(ranges: readonly Range[], { from, to }: { readonly from: bigint; readonly to: bigint }): readonly bigint[] {
  const gaps: bigint[] = []
  let next = from
  for (const { first, count } of [...ranges, { first: to, count: 0 }].sort((a, b) => byNonce(a.first, b.first))) {
    for (; next < first && next < to; next++) gaps.push(next)
    if (first + BigInt(count) > next) next = first + BigInt(count)
  }
  return gaps
}

const byNonce = (a: bigint, b: bigint) => (a < b ? -1 : 1)

async function rowOf(place: Place): Promise<Found> {
  const { parameters, link, destination, sent } = place
  const governance = { kind: 'governance', chainId: parameters.destinationChainId } as const
  if (!link.isLinked) {
    const nextAction = `Link the lane on chain ${parameters.destinationChainId}, its destination.`
    return { code: 'LaneNotLinked', owner: governance, nextAction, deadline: undefined }
  }
  if (BigInt(link.stoppedUntil) > destination.blockTimestamp) {
    const nextAction = `Wait until the stop ends at ${link.stoppedUntil}, or resume the lane.`
    return { code: 'LaneStopped', owner: governance, nextAction, deadline: link.stoppedUntil }
  }
  return (await waitingRow(place)) ?? (await failedRow(place)) ?? (await reportRow(place)) ?? (await unlinkedRow(place)) ?? quietRow(sent)
}

/** The first of them that the contract says has this status: what a node's events leave out must not be made news. */
async function firstIn(
  { client, parameters, lane, destination }: Place,
  nonces: readonly bigint[],
  wanted: MessageStatus,
): Promise<bigint | undefined> {
  for (const nonce of nonces) {
    const at = { chainId: parameters.destinationChainId, at: destination.blockNumber, lane, nonce }
    if ((await getStatus(client, at)).value === wanted) return nonce
  }
  return undefined
}

async function waitingRow(place: Place): Promise<Found | undefined> {
  const { client, parameters, link, waiting } = place
  const nonce = await firstIn(place, waiting, 'Pending')
  if (nonce === undefined) return undefined
  const { destinationChainId: chainId } = parameters
  // A verifier of another kind may have no such thing.
  const roster = await getRoster(client, { chainId, watcherSet: link.verifier }).catch(() => undefined)
  if (roster !== undefined && roster.value.setId === undefined) {
    const nextAction = `Adopt a generation of watchers on chain ${chainId}: nobody vouches there for any message.`
    return { code: 'LaneUnvouched', owner: { kind: 'governance', chainId }, nextAction, deadline: undefined }
  }
  const { owner, nextAction, deadline, more } = await messageRow(place, nonce)
  return { code: 'LaneAwaitsMessage', owner, nextAction: `Message ${nonce} waits. ${nextAction}`, deadline, more }
}

async function failedRow(place: Place): Promise<Found | undefined> {
  const nonce = await firstIn(place, place.failed, 'Failed')
  if (nonce === undefined) return undefined
  const { owner, nextAction, deadline, more } = await messageRow(place, nonce)
  return { code: 'LaneRetryDue', owner, nextAction: `Message ${nonce} failed. ${nextAction}`, deadline, more }
}

/** Where one message of the lane stands. */
async function messageRow({ client, parameters, lane }: Place, nonce: bigint) {
  const { chainId, destinationChainId, attestationUrls } = parameters
  const { value: messages } = await getMessages(client, { chainId, destinationChainId: Number(lane.destinationChainId) })
  const sendId: Hex = messages.find((message) => message.nonce === nonce)?.sendId ?? '0x'
  const urls = attestationUrls === undefined ? {} : { attestationUrls }
  const { code, owner, nextAction, deadline } = await whyMessage(client, { chainId, sendId, destinationChainId, ...urls })
  return { owner, nextAction, deadline, more: { nonce: `${nonce}`, message: sendId, messageCode: code } }
}

/** What came too late, and the origin does not know. */
async function reportRow({ client, parameters, lane, origin, expired }: Place): Promise<Found | undefined> {
  const { chainId, destinationChainId } = parameters
  if (expired.length === 0) return undefined
  const { gateway: destinationGateway } = chainOf(client, destinationChainId).deployment
  const record = { chainId, destinationChainId, destinationGateway, at: origin.blockNumber }
  const { value: reported } = await reportsAt(client, record)
  for (const nonce of expired.filter((one) => !reported.some(({ first, count }) => one >= first && one < first + BigInt(count)))) {
    const { value: isKnown } = await isExpired(client, { ...record, nonce })
    if (isKnown) continue
    const nextAction = `Call \`reportExpired\` from message ${nonce} on, so that its origin knows that it never ran.`
    return {
      code: 'LaneReportDue',
      owner: { kind: 'anyone' },
      nextAction,
      deadline: undefined,
      more: { nonce: `${nonce}`, lane: laneKey(lane) },
    }
  }
  return undefined
}

type ReportParameters = ReadParameters & { readonly destinationChainId: number; readonly destinationGateway: Address }

const reportsAt = /* @__PURE__ */ defineRead<ReportParameters, readonly Range[]>(
  'why.whyLane',
  async (context, { destinationChainId, destinationGateway }) => {
    const { gateway: address } = context.chain.deployment
    const event = getAbiItem({ abi: gatewayAbi, name: 'ExpiryReported' })
    const args = { destinationChainId: BigInt(destinationChainId), gateway: destinationGateway }
    const logs = await logsOf(context, { address, event, args })
    return eventsOf({ abi: gatewayAbi, address, eventName: 'ExpiryReported', logs }).map((report) => report.args)
  },
)

const isLinkedTo = /* @__PURE__ */ defineRead<ReadParameters & { readonly destinationChainId: number }, boolean>(
  'why.whyLane',
  ({ connection, chain, blockNumber }, { destinationChainId }) => {
    const from = { abi: gatewayAbi, address: chain.deployment.gateway, blockNumber } as const
    return readContract(connection, { ...from, functionName: 'isDestinationLinked', args: [BigInt(destinationChainId)] })
  },
)

/** Where nothing waits, and nothing more can be sent. A broadcast asks for no link. */
async function unlinkedRow({ client, parameters, origin }: Place): Promise<Found | undefined> {
  const { chainId, destinationChainId, isBroadcast = false } = parameters
  if (isBroadcast || (await isLinkedTo(client, { chainId, destinationChainId, at: origin.blockNumber })).value) return undefined
  const nextAction = `Link destination ${destinationChainId} on chain ${chainId}: until then its gateway sends nothing there.`
  return { code: 'LaneDestinationNotLinked', owner: { kind: 'governance', chainId }, nextAction, deadline: undefined }
}

function quietRow(sent: bigint): Found {
  if (sent === 0n) {
    const nextAction = 'Anyone calls `sendMessage`: nothing was ever sent over it.'
    return { code: 'LaneUnused', owner: { kind: 'anyone' }, nextAction, deadline: undefined }
  }
  return { code: 'LaneQuiet', owner: { kind: 'nobody' }, nextAction: 'Nothing: all that was sent came to its end.', deadline: undefined }
}
