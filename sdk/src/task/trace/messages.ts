import { getAbiItem, type Hex, parseEventLogs, toEventSelector } from 'viem'
import { gatewayAbi } from '../../abis/gateway.ts'
import { logsWith } from '../../actions/logs.ts'
import { laneKey } from '../../gateway/lane.ts'
import type { LaneMessage } from '../../gateway/messages.ts'
import type { TracedMessage } from './home.ts'
import type { ChainReader } from './reader.ts'
import { type MinedLog, placeOf } from './steps.ts'
import type { Step } from './types.ts'

/** What a message did on its origin: it was sent, and became final. */
export function stepsOfSending(reader: ChainReader, { message: sent, place }: TracedMessage): readonly Step[] {
  const { sendId, blockNumber, transactionHash, nonce, lane } = sent
  const { finality } = reader.chain
  const base = { chainId: reader.chainId, sendId }
  const detail = { to: `${lane.destinationChainId}`, nonce: `${nonce}` }
  const step: Step = { ...base, kind: 'sent', blockNumber, transactionHash, place, detail }
  if (finality.kind !== 'depth') return [step]
  const last = blockNumber + BigInt(finality.depth)
  if (last > reader.freshness.blockNumber) return [step]
  // Its block is final as soon as the last of those above it is there.
  const where = finality.depth === 0 ? place + 0.125 : -1
  return [step, { ...base, kind: 'final', blockNumber: last, transactionHash: undefined, place: where, detail: {} }]
}

const eventNames = ['BatchDelivered', 'MessageFailed', 'MessageExpired', 'MessageRetried'] as const
const topics = eventNames.map((name) => toEventSelector(getAbiItem({ abi: gatewayAbi, name })))

/** What became of messages of one lane on its destination. */
export async function stepsOfDelivery(reader: ChainReader, messages: readonly LaneMessage[]): Promise<readonly Step[]> {
  const { gateway: address, startBlock } = reader.chain.deployment
  const [first] = messages
  if (first === undefined) return []
  const logs = await logsWith(reader, { address, topics: [topics, laneKey(first.lane)], fromBlock: BigInt(startBlock) })
  return messages.flatMap(({ nonce, sendId }) => endsOf({ logs, nonce, sendId, chainId: reader.chainId }))
}

type Ends = { readonly logs: readonly MinedLog[]; readonly nonce: bigint; readonly sendId: Hex; readonly chainId: number }

/** The first range that covers the nonce, with what came of it there; and every later word about it. */
function endsOf({ logs, nonce, sendId, chainId }: Ends): readonly Step[] {
  const events = parseEventLogs({ abi: gatewayAbi, logs: [...logs], eventName: [...eventNames], strict: true })
  const own = events.filter((event) => event.eventName !== 'BatchDelivered' && event.args.nonce === nonce)
  const range = events.find(
    (event) => event.eventName === 'BatchDelivered' && nonce >= event.args.first && nonce < event.args.first + event.args.count,
  )
  if (range === undefined) return []
  const atOnce = own.find(({ transactionHash }) => transactionHash === range.transactionHash)
  const count = range.eventName === 'BatchDelivered' ? `${range.args.count}` : '1'
  const delivered: Step = { ...placeOf(range, chainId), kind: 'delivered', sendId, detail: { status: statusOf(atOnce?.eventName), count } }
  const later = own.filter((event) => event !== atOnce)
  return [delivered, ...later.map((event) => laterStep(event, { sendId, chainId, eventName: event.eventName }))]
}

function laterStep(log: MinedLog, { eventName, sendId, chainId }: { eventName: string; sendId: Hex; chainId: number }): Step {
  const kind = eventName === 'MessageRetried' ? 'retried' : 'delivered'
  return { ...placeOf(log, chainId), kind, sendId, detail: { status: statusOf(eventName) } }
}

function statusOf(eventName: string | undefined): string {
  if (eventName === 'MessageFailed') return 'Failed'
  return eventName === 'MessageExpired' ? 'Expired' : 'Consumed'
}
