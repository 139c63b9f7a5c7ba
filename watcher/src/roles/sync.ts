import { agentRegistryAbi, taskEscrowAbi } from '@hanse/sdk/abis'
import { type Message, messagesIn, quickMessage } from '@hanse/sdk/gateway'
import {
  createSync,
  FinalityViolatedError,
  type LaneStep,
  laneAdvancedTopic,
  laneSteps,
  messageSentTopic,
  type Sync,
  type SyncLog,
  type SyncNotification,
  type Transport,
} from '@hanse/sdk/sync'
import { type Hex, toEventSelector } from 'viem'
import { type LaneEntry, lanesFrom, leadsTo } from '../chain.ts'
import { agreementOf, type ChainConfig } from '../config.ts'
import { testCrashHook } from '../ops/crash.ts'
import { reasonOf } from '../ops/log.ts'
import { traceMessage } from '../ops/traces.ts'
import type { Context } from '../watcherContext.ts'
import { noteAgents } from './agentEvents.ts'
import { noteRosters } from './rosterEvents.ts'
import { noteTasks } from './taskEvents.ts'
import { toViemLog } from './viemLog.ts'

/** First topics of a contract's events by name. */
function topicsOf(abi: typeof taskEscrowAbi, names: readonly string[]): readonly Hex[] {
  return abi.flatMap((item) => (item.type === 'event' && names.includes(item.name) ? [toEventSelector(item)] : []))
}

const agentTopics = agentRegistryAbi.flatMap((item) =>
  item.type === 'event' && item.name.startsWith('Agent') ? [toEventSelector(item)] : [],
)

const taskEvents = [
  'TaskOpened',
  'TaskProposed',
  'TaskAssigned',
  'TaskSuspected',
  'TaskSubmitted',
  'TaskContested',
  'TaskDisputed',
  'TaskReopened',
  'TaskReceipt',
]

/** Follows one chain and keeps what is final in the store. */
export function createChainSync({ config, transports, context, ...ranges }: createChainSync.Parameters): Sync {
  const { chainId, deployment, finality, pollMs } = config
  const lanes = lanesFrom({ origin: config, chains: context.config.chains })
  const destinations = lanes.map((lane) => lane.destinationChainId)
  return createSync({
    chainId,
    transports,
    finality,
    pollMs,
    isFrugal: true,
    ...ranges,
    agreement: agreementOf(config),
    startBlock: deployment.startBlock,
    store: context.store.sync,
    now: context.now,
    wait: context.outside.wait,
    lanes: { gateway: deployment.gateway, destinations },
    sources: [
      { address: deployment.gateway, topics: [laneAdvancedTopic, messageSentTopic] },
      { address: deployment.watcherSet },
      { address: deployment.agentRegistry, topics: agentTopics },
      { address: deployment.taskEscrow, topics: topicsOf(taskEscrowAbi, taskEvents) },
    ],
    onNotification: (notification) => take({ notification, lanes, config, context }),
  })
}

export declare namespace createChainSync {
  type Parameters = { config: ChainConfig; transports: readonly Transport[]; context: Context } & Pick<
    createSync.Parameters,
    'maxRange' | 'hasTail'
  >
}

type Taken = { notification: SyncNotification; lanes: readonly LaneEntry[]; config: ChainConfig; context: Context }

async function take({ notification, lanes, config, context }: Taken): Promise<void> {
  const { chainId } = config
  if (notification.kind === 'halted') {
    context.log.error({ chainId, reason: notification.halt.reason, detail: notification.halt.detail }, 'chain halted')
    return
  }
  if (notification.kind === 'reverted') {
    context.metrics.reorgDepth.observe({ chain: `${chainId}` }, notification.blocks.length)
    context.events.emit('reorg', chainId)
    return
  }
  const logs = notification.kind === 'finalized' ? notification.logs : notification.blocks.flatMap((block) => block.logs)
  const isFinal = notification.kind === 'finalized'
  const keep = () => {
    if (isFinal) for (const lane of lanes) storeMessages({ lane, logs, config, context })
    if (isFinal) noteAgents({ logs, config, context })
    noteTasks({ logs, isFinal, config, context })
  }
  if (logs.length > 0) context.store.transact(keep)
  if (isFinal) testCrashHook('messages-stored')
  noteRosters({ logs, config, context })
  if (isFinal) context.events.emit('finalized', chainId)
  context.events.emit('head', chainId)
}

function storeMessages({
  lane,
  logs,
  config,
  context,
}: {
  lane: LaneEntry
  logs: readonly SyncLog[]
  config: ChainConfig
  context: Context
}): void {
  const { gateway } = config.deployment
  for (const step of laneSteps({ source: { gateway, destinations: [] }, destinationChainId: lane.destinationChainId, logs })) {
    const message = decodeMessage({ lane, step, config, context })
    const nonce = Number(step.nonce) - 1
    for (const { chainId } of context.config.chains)
      if (leadsTo(lane, chainId)) context.store.deliveries.expect({ laneKey: lane.laneKey, chainId, nonce })
    // What cannot be read can be delivered by nobody. It is noted, and its leaf still carries the lane on.
    if (message === undefined) buryUnreadable({ lane, nonce, context })
    traceMessage({ id: step.leaf, name: 'final', from: context.now(), to: context.now(), attributes: { chain: config.chainId, nonce } })
    const kept = context.store.messages.add({
      laneKey: lane.laneKey,
      nonce,
      leaf: step.leaf,
      head: step.head,
      message,
      block: Number(step.advanced.blockNumber),
      txHash: step.advanced.transactionHash,
      at: context.now(),
    })
    // It was final when it was kept, and the process died before the sync took note of that block.
    if (kept !== step.leaf)
      throw new FinalityViolatedError({
        chainId: config.chainId,
        detail: `message ${nonce} of lane ${lane.laneKey} was ${kept}, and is ${step.leaf}`,
      })
  }
}

function buryUnreadable({ lane, nonce, context }: { lane: LaneEntry; nonce: number; context: Context }): void {
  const at = context.now()
  const letter = { reason: 'Unreadable', detail: 'its event does not hold what its leaf commits to', retryAt: at + 86_400_000, at }
  for (const { chainId } of context.config.chains) {
    if (leadsTo(lane, chainId)) context.store.deliveries.bury({ laneKey: lane.laneKey, chainId, nonce, ...letter })
  }
}

type Decoding = { lane: LaneEntry; step: LaneStep; config: ChainConfig; context: Context }

/** The message of a step, checked against its leaf. An event that does not hold it leaves a message that nobody can deliver, which is noted. */
function decodeMessage({ lane, step, config, context }: Decoding): Message | undefined {
  const quick = quickMessage({ lane: lane.lane, nonce: step.nonce - 1n, leaf: step.leaf, data: step.sent.data })
  if (quick !== undefined) return quick
  try {
    return messagesIn([toViemLog(step.advanced), toViemLog(step.sent)], config.deployment)[0]?.message
  } catch (error) {
    context.log.error({ chainId: config.chainId, leaf: step.leaf, reason: reasonOf(error) }, 'a message cannot be read from its event')
    return undefined
  }
}
