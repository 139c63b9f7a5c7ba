import { type Hex, numberToHex, parseEventLogs } from 'viem'
import { taskPortalAbi } from '../../abis/taskPortal.ts'
import { logsWith } from '../../actions/logs.ts'
import { messagesIn } from '../../gateway/messages.ts'
import type { ChainStory, TracedMessage } from './home.ts'
import type { ChainReader } from './reader.ts'
import { type MinedLog, stepsAtPortal } from './steps.ts'

type Task = { readonly homeChainId: number; readonly taskId: Hex }

/** Reads what the portal of another chain tells of a task: who asked for what, by which message, and what was answered. */
export async function readPortal(reader: ChainReader, { homeChainId, taskId }: Task): Promise<ChainStory> {
  const { taskPortal: address, startBlock } = reader.chain.deployment
  const home = numberToHex(homeChainId, { size: 32 })
  const logs = await logsWith(reader, { address, topics: [null, home, taskId], fromBlock: BigInt(startBlock) })
  const requests = parseEventLogs({ abi: taskPortalAbi, logs, eventName: 'TaskRequested', strict: true })
  const messages = await Promise.all(requests.map((log) => messageOf(reader, log, log.args.sendId)))
  return { reader, steps: stepsAtPortal(logs, reader.chainId), messages: messages.flat() }
}

async function messageOf(reader: ChainReader, { transactionHash, logIndex }: MinedLog, sendId: Hex): Promise<readonly TracedMessage[]> {
  const receipt = await reader.receiptOf(transactionHash)
  const sent = messagesIn(receipt?.logs ?? [], reader.chain.deployment).filter((message) => message.sendId === sendId)
  // The portal speaks after the gateway; in a story the asking comes first.
  return sent.map((message) => ({ message, place: logIndex + 0.25 }))
}
