import { type Address, erc20Abi, getAbiItem, type Hex, isAddressEqual, parseEventLogs, toEventSelector } from 'viem'
import { refusalValues } from '../../abis/enums.ts'
import { gatewayAbi } from '../../abis/gateway.ts'
import { taskEscrowAbi } from '../../abis/taskEscrow.ts'
import { eventsOf } from '../../actions/call.ts'
import { logsOf, logsWith } from '../../actions/logs.ts'
import { enumValue } from '../../enumValue.ts'
import { type LaneMessage, messagesIn } from '../../gateway/messages.ts'
import { decodeAnswer } from './answer.ts'
import type { ChainReader } from './reader.ts'
import { idIn, type MinedLog, placeOf, stepsAtHome } from './steps.ts'
import type { Step } from './types.ts'

/** A message about the task, and where among the logs of its block it was sent. */
export type TracedMessage = { readonly message: LaneMessage; readonly place: number }

/** What one chain tells of a task. */
export type ChainStory = { readonly reader: ChainReader; readonly steps: readonly Step[]; readonly messages: readonly TracedMessage[] }

/** Reads what a task's home tells of it: every event, every payment after one of its ends, and every message that went out about it. */
export async function readHome(reader: ChainReader, { taskId }: { readonly taskId: Hex }): Promise<ChainStory> {
  const { chain, chainId } = reader
  const { taskEscrow: address } = chain.deployment
  const logs = await logsWith(reader, { address, topics: [null, taskId], fromBlock: BigInt(chain.deployment.startBlock) })
  const [first] = logs
  const payments = await Promise.all(logs.filter(isReceipt).map((log) => paymentsAfter(reader, log)))
  const messages = first === undefined ? [] : await sentAbout(reader, { taskId, fromBlock: first.blockNumber })
  const answers = messages.flatMap(({ message, place }) => answerStep(message, { chainId, place: place - 0.5 }))
  return { reader, messages, steps: [...stepsAtHome(logs, chainId), ...payments.flat(), ...answers] }
}

const receiptTopic = toEventSelector(getAbiItem({ abi: taskEscrowAbi, name: 'TaskReceipt' }))

function isReceipt({ topics }: MinedLog): boolean {
  return topics[0] === receiptTopic
}

/** Tokens that the escrow paid out, or credited, after an end of the task and before the end of another in the same transaction. */
async function paymentsAfter(reader: ChainReader, log: MinedLog): Promise<readonly Step[]> {
  const receipt = await reader.receiptOf(log.transactionHash)
  const { taskEscrow } = reader.chain.deployment
  const [ended] = parseEventLogs({ abi: taskEscrowAbi, logs: [log], eventName: 'TaskReceipt', strict: true })
  if (receipt === undefined || ended === undefined) return []
  const ends = receipt.logs.filter(({ address, topics }) => isAddressEqual(address, taskEscrow) && topics[0] === receiptTopic)
  const next = ends.find(({ logIndex }) => logIndex > log.logIndex)?.logIndex ?? Number.POSITIVE_INFINITY
  const after = receipt.logs.filter(({ logIndex }) => logIndex > log.logIndex && logIndex < next)
  const { token } = ended.args
  const paid = parseEventLogs({ abi: erc20Abi, logs: after, eventName: 'Transfer', strict: true })
    .filter(({ address, args }) => isAddressEqual(address, token) && isAddressEqual(args.from, taskEscrow))
    .map((transfer) => ({ ...step(reader, transfer, 'paid'), detail: paymentOf(transfer.args.to, token, transfer.args.value) }))
  const credited = eventsOf({ abi: taskEscrowAbi, address: taskEscrow, eventName: 'PaymentCredited', logs: after }).map((credit) => ({
    ...step(reader, credit, 'credited'),
    detail: paymentOf(credit.args.account, credit.args.token, credit.args.amount),
  }))
  return [...paid, ...credited]
}

function step({ chainId }: ChainReader, log: MinedLog, kind: 'paid' | 'credited') {
  return { ...placeOf(log, chainId), kind, sendId: undefined } as const
}

function paymentOf(to: Address, token: Address, amount: bigint): Readonly<Record<string, string>> {
  return { to, token, amount: `${amount}` }
}

/** What the escrow sent that names the task. */
async function sentAbout(
  reader: ChainReader,
  { taskId, fromBlock }: { taskId: Hex; fromBlock: bigint },
): Promise<readonly TracedMessage[]> {
  const { deployment } = reader.chain
  const logs = (name: 'MessageSent' | 'LaneAdvanced') =>
    logsOf(reader, { address: deployment.gateway, event: getAbiItem({ abi: gatewayAbi, name }), fromBlock })
  const [sent, steps] = await Promise.all([logs('MessageSent'), logs('LaneAdvanced')])
  // A busy gateway sends much that is about others: only what names the task is decoded and checked.
  const own = sent.filter(({ data }) => idIn(data, taskId))
  const stepBefore = new Set(own.map(({ transactionHash, logIndex }) => `${transactionHash} ${(logIndex ?? 0) - 1}`))
  const all = [...own, ...steps.filter(({ transactionHash, logIndex }) => stepBefore.has(`${transactionHash} ${logIndex}`))]
  const placeOfId = new Map(eventsOf({ abi: gatewayAbi, address: deployment.gateway, eventName: 'MessageSent', logs: all }).map(placed))
  return messagesIn(all, deployment)
    .filter(({ message }) => isAddressEqual(message.sender, deployment.taskEscrow) && idIn(message.payload, taskId))
    .map((message) => ({ message, place: placeOfId.get(message.sendId) ?? 0 }))
}

function placed({ args, logIndex }: { readonly args: { readonly sendId: Hex }; readonly logIndex: number }): readonly [Hex, number] {
  return [args.sendId, logIndex]
}

type At = { readonly chainId: number; readonly place: number }

/** What home decided about a request, as the answer has it: of a refusal there is no other trace. */
function answerStep({ message, lane, sendId, blockNumber, transactionHash }: LaneMessage, { chainId, place }: At): readonly Step[] {
  const answer = decodeAnswer(message.payload)
  if (answer === undefined) return []
  const refusal = enumValue(refusalValues, answer.refusal)
  const kind = refusal === 'None' ? 'answered' : 'refused'
  const { action, account, token, deadline } = answer
  const detail = { action, account, refusal, token: `${token}`, deadline: `${deadline}`, to: `${lane.destinationChainId}` }
  return [{ kind, chainId, place, blockNumber, transactionHash, sendId, detail }]
}
