import type { Hex } from 'viem'
import type { Freshness } from '../actions/defineRead.ts'
import { type Client, chainOf } from '../client.ts'
import { explainFailure } from '../gateway/explainFailure.ts'
import { fetchAttestations } from '../gateway/fetchAttestations.ts'
import { getLink, type LaneLink } from '../gateway/getLink.ts'
import { getMessage } from '../gateway/getMessages.ts'
import { getStatus } from '../gateway/getStatus.ts'
import { isExpired } from '../gateway/isExpired.ts'
import type { LaneMessage } from '../gateway/messages.ts'
import type { Why } from './answer.ts'

type Row = Pick<Why, 'code' | 'owner' | 'nextAction' | 'deadline'>

/** What `whyMessage` takes. */
export type WhyMessageParameters = {
  /** The chain that sent it. */
  readonly chainId: number
  readonly sendId: Hex
  /** Where to look for a broadcast. Default: the message's destination. */
  readonly destinationChainId?: number
  /** Base urls of watchers: with them the answer tells how many of them signed. */
  readonly attestationUrls?: readonly string[]
}

/**
 * Why a message stands where it stands, from both ends of its lane.
 *
 * @throws ChainNotConfiguredError when the client does not know the destination.
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code, owner } = await why.whyMessage(client, { chainId: 1, sendId })
 * console.log(code, owner.kind) // 'MessageAwaitsFinality' 'nobody'
 * ```
 */
export async function whyMessage(client: Client, parameters: WhyMessageParameters): Promise<Why> {
  const { chainId, sendId, destinationChainId, attestationUrls } = parameters
  const { value: sent, freshness: origin } = await getMessage(client, { chainId, sendId })
  if (sent === undefined) return { ...unknownRow, evidence: {}, freshness: [origin] }
  const { lane, nonce, message, blockNumber } = sent
  const to = destinationChainId ?? Number(lane.destinationChainId)
  const { value: status, freshness: destination } = await getStatus(client, { chainId: to, lane, nonce })
  const { value: link } = await getLink(client, { chainId: to, lane, at: destination.blockNumber })
  const place = { client, sent, link, origin, destination, to, attestationUrls }
  const { more, ...row } = await (status === 'Pending' ? pendingRow(place) : overRows[status](place))
  const evidence = {
    status,
    nonce: `${nonce}`,
    sentInBlock: `${blockNumber}`,
    finalBlock: `${origin.finalBlockNumber}`,
    deliverBefore: `${message.deliverBefore}`,
    ...more,
  }
  return { ...row, evidence, freshness: [origin, destination] }
}

const unknownRow: Row = {
  code: 'MessageUnknown',
  owner: { kind: 'nobody' },
  nextAction: 'Check the id and the origin chain: its gateway sent no such message, or a reorg undid it.',
  deadline: undefined,
}

type Place = {
  readonly client: Client
  readonly sent: LaneMessage
  readonly link: LaneLink
  readonly origin: Freshness
  readonly destination: Freshness
  readonly to: number
  readonly attestationUrls: readonly string[] | undefined
}

/** A row, and the evidence that only it has. */
type Found = Row & { readonly more?: Readonly<Record<string, string>> }

const overRows: Readonly<Record<'Consumed' | 'Failed' | 'Expired' | 'Skipped', (place: Place) => Found | Promise<Found>>> = {
  Consumed: () => ({ code: 'MessageConsumed', owner: { kind: 'nobody' }, nextAction: 'Nothing: its recipient ran.', deadline: undefined }),
  Failed: failedRow,
  Expired: expiredRow,
  Skipped: () => ({
    code: 'MessageSkipped',
    owner: { kind: 'nobody' },
    nextAction: 'Nothing: it is older than the lane, and never runs there.',
    deadline: undefined,
  }),
}

async function failedRow({ client, sent: { lane, nonce, message }, destination, to }: Place): Promise<Found> {
  const { value: reason } = await explainFailure(client, { chainId: to, lane, nonce, message, at: destination.blockNumber })
  if (reason.kind === 'GasLimitTooLow') {
    const nextAction = `Call \`retry\` with a \`gas\` well over ${reason.gasLimit}: the recipient gets all that the transaction has left.`
    const more = { reason: reason.kind, reasonText: reason.text, gasLimit: `${reason.gasLimit}` }
    return { code: 'MessageGasTooLow', owner: { kind: 'anyone' }, nextAction, deadline: deadlineOf(message), more }
  }
  const isHealed = reason.kind === 'WouldRun'
  return {
    code: 'MessageFailed',
    owner: { kind: 'anyone' },
    nextAction: isHealed ? 'Call `retry`: its recipient takes it now.' : `Call \`retry\` once its recipient can take it: ${reason.text}.`,
    deadline: deadlineOf(message),
    more: { reason: reason.kind, reasonText: reason.text },
  }
}

async function expiredRow({ client, sent: { nonce }, origin, to }: Place): Promise<Found> {
  const { gateway: destinationGateway } = chainOf(client, to).deployment
  const record = { chainId: origin.chainId, destinationChainId: to, destinationGateway, nonce, at: origin.blockNumber }
  const { value: isReported } = await isExpired(client, record)
  return {
    code: 'MessageExpired',
    owner: { kind: isReported ? 'nobody' : 'anyone' },
    nextAction: isReported
      ? 'Nothing: its origin knows that it never ran.'
      : 'Call `reportExpired`, so that its origin knows that it never ran.',
    deadline: undefined,
    more: { reported: `${isReported}` },
  }
}

function deadlineOf({ deliverBefore }: LaneMessage['message']): number | undefined {
  return deliverBefore === 0 ? undefined : deliverBefore
}

async function pendingRow(place: Place): Promise<Found> {
  const { sent, link, origin, destination, to } = place
  const deadline = deadlineOf(sent.message)
  if (!link.isLinked) {
    return {
      code: 'MessageLaneNotLinked',
      owner: { kind: 'governance', chainId: to },
      nextAction: 'Link the lane on the destination.',
      deadline,
    }
  }
  if (BigInt(link.stoppedUntil) > destination.blockTimestamp) {
    const nextAction = `Wait until the stop ends at ${link.stoppedUntil}, or resume the lane.`
    return { code: 'MessageLaneStopped', owner: { kind: 'governance', chainId: to }, nextAction, deadline }
  }
  if (sent.blockNumber > origin.finalBlockNumber) {
    const blocks = sent.blockNumber - origin.finalBlockNumber
    const nextAction = `Wait: ${blocks} more blocks of the origin have to become final.`
    return { code: 'MessageAwaitsFinality', owner: { kind: 'nobody' }, nextAction, deadline }
  }
  return vouchedRow(place)
}

/** Of a final message. Without watchers to ask, nobody knows whether it waits for signatures or for its delivery. */
async function vouchedRow({ client, sent: { lane, nonce, message }, to, attestationUrls, destination }: Place): Promise<Found> {
  const deadline = deadlineOf(message)
  const isLate = deadline !== undefined && destination.blockTimestamp > BigInt(deadline)
  const call = isLate ? 'Call `deliverPending`: it comes too late and is marked expired.' : 'Call `deliverPending`.'
  if (attestationUrls === undefined) {
    const nextAction = `Watchers sign the head; then: ${call} Look at \`/ready\` of the watchers when this lasts.`
    return { code: 'MessageAwaitsDelivery', owner: { kind: 'watchers' }, nextAction, deadline }
  }
  const { heads, quorum, faults } = await fetchAttestations(client, { chainId: to, lane, urls: attestationUrls, from: nonce + 1n })
  const counts = heads.filter((head) => head.nonce > nonce).map(({ signatures }) => signatures.length)
  const signatures = counts.reduce((most, count) => Math.max(most, count), 0)
  const silent = faults.map(({ url }) => url).join(' ')
  const more = { signatures: `${signatures}`, quorum: `${quorum}`, silentWatchers: `${faults.length}`, ...(silent !== '' && { silent }) }
  if (signatures >= quorum) return { code: 'MessageAwaitsDelivery', owner: { kind: 'anyone' }, nextAction: call, deadline, more }
  const others = silent === '' ? 'Look at `/ready` of the others.' : `No answer comes from ${silent}: look whether it runs.`
  const nextAction = `Wait: ${signatures} of ${quorum} watchers signed a head that covers it. ${others}`
  return { code: 'MessageAwaitsSignatures', owner: { kind: 'watchers' }, nextAction, deadline, more }
}
