import { type Address, getAddress, type Hex, isAddressEqual, size, slice } from 'viem'
import { getTransactionReceipt } from 'viem/actions'
import { type PortalAction, portalActionValues, type Refusal, refusalValues } from '../abis/enums.ts'
import { batchDeliveredEvent } from '../abis/gateway.ts'
import { eventsOf } from '../actions/call.ts'
import { type Client, chainOf, clientOf } from '../client.ts'
import { enumValue } from '../enumValue.ts'
import { getDelivery } from '../gateway/getDelivery.ts'
import { getMessage, getMessages } from '../gateway/getMessages.ts'
import { type LaneMessage, messagesIn } from '../gateway/messages.ts'
import { decodeAnswer, type PortalAnswer } from '../task/trace/answer.ts'
import type { Why } from './answer.ts'
import { type WhyMessageParameters, whyMessage } from './whyMessage.ts'

const gatewayAbi = [batchDeliveredEvent] as const

/** What `whyRequest` takes: the chain on which the account asked, and the message that its portal sent. */
export type WhyRequestParameters = Omit<WhyMessageParameters, 'destinationChainId'>

type Row = Pick<Why, 'code' | 'owner' | 'nextAction' | 'deadline'>

/**
 * Why something that an account asked a task's home for through its portal stands where it stands: the claim that is not granted yet, the work
 * that is not there yet. Until home has heard it, the answer is that of `whyMessage`.
 *
 * @throws ChainNotConfiguredError when the client does not know the home.
 * @example
 * ```ts
 * import { task, why } from '@hanse/sdk'
 *
 * const { event } = await task.claim.sync(client, { chainId: 10, homeChainId: 1, terms, sponsor })
 * if (event.via === 'portal') {
 *   const { code, nextAction, evidence } = await why.whyRequest(client, { chainId: 10, sendId: event.sendId })
 *   console.log(code, evidence.refusal, nextAction) // 'RequestRefused' 'BondMissing' 'Call `deposit` ...'
 * }
 * ```
 */
export async function whyRequest(client: Client, parameters: WhyRequestParameters): Promise<Why> {
  const { chainId, sendId } = parameters
  const carried = await whyMessage(client, parameters)
  const { value: sent } = await getMessage(client, { chainId, sendId })
  const asked = sent === undefined ? undefined : requestIn(sent)
  if (sent === undefined || asked === undefined) return carried
  const evidence = { ...carried.evidence, action: asked.action, taskId: asked.taskId, account: asked.account }
  if (carried.code !== 'MessageConsumed') return { ...carried, evidence }
  const homeChainId = Number(sent.lane.destinationChainId)
  const reply = await answerTo(client, { chainId: homeChainId, sent, asked })
  if (reply === undefined) return { ...carried, ...unansweredRow(asked), evidence }
  const { answer, message } = reply
  const refusal = enumValue(refusalValues, answer.refusal)
  const more = { ...evidence, refusal, token: `${answer.token}` }
  if (refusal !== 'None') return { ...carried, ...refusedRow(refusal, asked, chainId), evidence: more }
  const home = await whyMessage(client, { ...parameters, chainId: homeChainId, sendId: message.sendId })
  const freshness = home.freshness
  if (home.code === 'MessageConsumed') return { ...grantedRow({ asked, chainId, answer }), evidence: more, freshness }
  const deadline = answer.deadline === 0 ? undefined : answer.deadline
  const nextAction = `Home granted it, and that counts already; its answer is on the way back. ${home.nextAction}`
  const row: Row = { code: 'RequestAwaitsAnswer', owner: home.owner, nextAction, deadline }
  return { ...row, evidence: { ...more, answer: message.sendId, answerCode: home.code }, freshness }
}

/** What was asked, as every request begins. */
type Asked = { readonly action: PortalAction; readonly taskId: Hex; readonly account: Address }

function requestIn({ message: { payload } }: LaneMessage): Asked | undefined {
  if (size(payload) < 96) return undefined
  const action = portalActionValues[Number(slice(payload, 0, 32))]
  return action === undefined ? undefined : { action, taskId: slice(payload, 32, 64), account: getAddress(slice(payload, 76, 96)) }
}

type Reply = { readonly answer: PortalAnswer; readonly message: LaneMessage }

/** What home sent back in the transaction in which it heard the request. Undefined: nothing, for want of gas. */
async function answerTo(
  client: Client,
  { chainId, sent, asked }: { chainId: number; sent: LaneMessage; asked: Asked },
): Promise<Reply | undefined> {
  const { lane, nonce } = sent
  const { value: delivery } = await getDelivery(client, { chainId, lane, nonce })
  if (delivery?.place === undefined) return undefined
  const { logs } = await getTransactionReceipt(clientOf(client, chainId), { hash: delivery.place.transactionHash })
  const { deployment } = chainOf(client, chainId)
  const replies = messagesIn(logs, deployment).flatMap((message): Reply[] => {
    const answer = isAddressEqual(message.message.sender, deployment.taskEscrow) ? decodeAnswer(message.message.payload) : undefined
    return answer !== undefined && isSame(answer, asked) ? [{ answer, message }] : []
  })
  if (replies.length < 2) return replies[0]
  // The same was asked more than once, and came in one delivery: answers go out in the order of the requests.
  const [range] = eventsOf({ abi: gatewayAbi, address: deployment.gateway, eventName: 'BatchDelivered', logs })
  const { value: all } = await getMessages(client, { chainId: Number(lane.originChainId), destinationChainId: chainId })
  const before = all.filter((other) => other.nonce >= (range?.args.first ?? 0n) && other.nonce < nonce)
  return replies[before.filter((other) => isSame(requestIn(other), asked)).length]
}

function isSame(one: Asked | undefined, other: Asked): boolean {
  return one?.action === other.action && one.taskId === other.taskId && isAddressEqual(one.account, other.account)
}

function unansweredRow({ action }: Asked): Row {
  const nextAction = `Home heard the ${action}, but the delivery left no gas for an answer: look with \`getTask\`; \`sendAnswer\` tells it again.`
  return { code: 'RequestUnanswered', owner: { kind: 'anyone' }, nextAction, deadline: undefined }
}

type Granted = { readonly asked: Asked; readonly chainId: number; readonly answer: PortalAnswer }

function grantedRow({ asked: { action, account }, chainId, answer: { deadline, token } }: Granted): Row {
  if (action !== 'Claim')
    return { code: 'RequestGranted', owner: { kind: 'nobody' }, nextAction: 'Nothing: home did it.', deadline: undefined }
  const nextAction = `Call \`submit\` with token ${token}.`
  return {
    code: 'RequestGranted',
    owner: { kind: 'account', account, chainId },
    nextAction,
    deadline: deadline === 0 ? undefined : deadline,
  }
}

/** What to do about a refusal, by its name. */
const adviceOf: Readonly<Record<string, string>> = {
  ChainNotAdmitted: 'Act at home, or from a chain that the terms admit.',
  TooLate:
    'A claim: ask again with a later `deadline`, while `openUntil` lasts. Anything else: the window is over, and the default counts.',
  Stale: 'Somebody was faster, or the task moved on: read it with `getTask`, and ask again with its token if it is open.',
  BondMissing: 'Call `deposit` at home for this actor, then `claim` again.',
  TermsUnsupported: 'These terms are no open claim: use `propose` or `hire` at home.',
  Paused: 'Wait: new assignments are paused at home, for at most 7 days. Then ask again.',
  NotWorker: 'Another account is the worker: let it act.',
  AccountInvalid: 'Claim with another account: the evaluator of a task, or nobody, cannot work on it.',
  NotAdmitted: 'Claim at home, as a member of the charter.',
  PrerequisitesUnmet: 'Call `confirmPrerequisites` once each of its prerequisites is settled well enough, then ask again.',
  Delivered: 'Nothing: something was delivered, so the task cannot be given back; the last deliverable stands.',
  NotDoubted: 'Nothing: no doubt of this bond waits for an answer.',
  HandoffForbidden: 'Finish the task or give it back: its terms do not let it be handed on.',
  ConsentMissing: 'The others whose consent it needs ask as well, or sign: the last one completes the hand-off.',
  NotOver: 'Wait until the task is over, then ask again.',
}

function refusedRow(refusal: Refusal, { account }: Asked, chainId: number): Row {
  const nextAction = adviceOf[refusal] ?? 'Read the task with `getTask`, and ask again if that still makes sense.'
  return { code: 'RequestRefused', owner: { kind: 'account', account, chainId }, nextAction, deadline: undefined }
}
