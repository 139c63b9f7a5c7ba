import type { Hex } from 'viem'
import type { Freshness } from '../actions/defineRead.ts'
import type { Client } from '../client.ts'
import { getLink, type LaneLink } from '../gateway/getLink.ts'
import { getMessage } from '../gateway/getMessages.ts'
import { getStatus } from '../gateway/getStatus.ts'
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
export async function whyMessage(client: Client, { chainId, sendId, destinationChainId }: WhyMessageParameters): Promise<Why> {
  const { value: sent, freshness: origin } = await getMessage(client, { chainId, sendId })
  if (sent === undefined) return { ...unknownRow, evidence: {}, freshness: [origin] }
  const { lane, nonce, message, blockNumber } = sent
  const to = destinationChainId ?? Number(lane.destinationChainId)
  const { value: status, freshness: destination } = await getStatus(client, { chainId: to, lane, nonce })
  const { value: link } = await getLink(client, { chainId: to, lane, at: destination.blockNumber })
  const row = status === 'Pending' ? pendingRow({ sent, link, origin, destination, to }) : overRows[status]
  const evidence = {
    status,
    nonce: `${nonce}`,
    sentInBlock: `${blockNumber}`,
    finalBlock: `${origin.finalBlockNumber}`,
    deliverBefore: `${message.deliverBefore}`,
  }
  return { ...row, evidence, freshness: [origin, destination] }
}

const unknownRow: Row = {
  code: 'MessageUnknown',
  owner: { kind: 'nobody' },
  nextAction: 'Check the id and the origin chain: its gateway sent no such message, or a reorg undid it.',
  deadline: undefined,
}

const overRows: Readonly<Record<'Consumed' | 'Failed' | 'Expired' | 'Skipped', Row>> = {
  Consumed: { code: 'MessageConsumed', owner: { kind: 'nobody' }, nextAction: 'Nothing: its recipient ran.', deadline: undefined },
  Failed: {
    code: 'MessageFailed',
    owner: { kind: 'anyone' },
    nextAction: 'Call `retry` once its recipient can take it: it reverted, or answered wrongly.',
    deadline: undefined,
  },
  Expired: {
    code: 'MessageExpired',
    owner: { kind: 'anyone' },
    nextAction: 'Call `reportExpired`, so that its origin knows that it never ran.',
    deadline: undefined,
  },
  Skipped: {
    code: 'MessageSkipped',
    owner: { kind: 'nobody' },
    nextAction: 'Nothing: it is older than the lane, and never runs there.',
    deadline: undefined,
  },
}

type Pending = {
  readonly sent: LaneMessage
  readonly link: LaneLink
  readonly origin: Freshness
  readonly destination: Freshness
  readonly to: number
}

function pendingRow({ sent, link, origin, destination, to }: Pending): Row {
  const deadline = sent.message.deliverBefore === 0 ? undefined : sent.message.deliverBefore
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
  const nextAction = 'Watchers sign the head; then anyone may call `deliver`. Look at `/ready` of the watchers when this lasts.'
  return { code: 'MessageAwaitsDelivery', owner: { kind: 'watchers' }, nextAction, deadline }
}
