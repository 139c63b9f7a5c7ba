import { gatewayAbi } from '@hanse/sdk/abis'
import { decodeRevert } from '@hanse/sdk/errors'
import { packBatch, packProof } from '@hanse/sdk/gateway'
import { RpcRefusedError } from '@hanse/sdk/sync'
import { encodeFunctionData, type Hex } from 'viem'
import type { Roster } from '../chain.ts'
import type { Payer, Sender } from '../nonces/sender.ts'
import { reasonOf } from '../ops/log.ts'
import { traceMessage } from '../ops/traces.ts'
import type { Context } from '../watcherContext.ts'
import { type Inbound, wayOf } from './inbound.ts'
import type { ReadyMessage } from './plan.ts'
import { signaturesAt } from './vouched.ts'

/** Errors of the whole lane: no message of the batch is to blame, and cutting it does not help. */
const laneErrors = new Set(['HeadNotVouched', 'LaneNotLinked', 'LaneIsStopped', 'ProofMalformed'])

/** One range on its way, and the nonces at which heads are vouched for. */
type Batch = {
  readonly context: Context
  readonly inbound: Inbound
  readonly roster: Roster
  readonly sender: Sender
  readonly from: Payer
  readonly messages: readonly ReadyMessage[]
  readonly nonces: readonly number[]
}

/**
 * Simulates a range and sends it. One that fails is cut in halves until the message that fails stands alone; that one is a dead letter, tried again
 * ever more rarely, and holds up nobody.
 */
export async function sendBatch(batch: Batch): Promise<void> {
  const { context, inbound, sender, from, messages } = batch
  const first = messages[0]
  const data = encodeDelivery(batch)
  if (first === undefined || data === undefined) return
  const to = inbound.chain.config.deployment.gateway
  let gas: bigint
  try {
    gas = BigInt(String(await inbound.chain.rpc.call('eth_estimateGas', [{ from: from.address, to, data }])))
  } catch (error) {
    if (!(error instanceof RpcRefusedError)) throw error
    return refused({ batch, error })
  }
  const padded = (gas * 13n) / 10n + 30_000n
  const purpose = { kind: 'deliver', laneKey: inbound.lane.laneKey, first: first.nonce, count: messages.length } as const
  if (!(await sender.submit({ to, data, gas: `${padded}`, purpose }))) return
  traceSent(batch)
  context.metrics.batchSize.observe({ chain: `${inbound.chain.chainId}` }, messages.length)
  context.log.info({ ...wayOf(inbound), first: first.nonce, count: messages.length, gas: padded }, 'delivery sent')
}

/** Notes for each message that it is on its way. */
function traceSent({ context, inbound, messages }: Batch): void {
  const [first, last] = [messages[0]?.nonce ?? 0, messages.at(-1)?.nonce ?? -1]
  const attributes = { chain: inbound.chain.chainId, batch: messages.length }
  for (const { leaf, at } of context.store.messages.range({ laneKey: inbound.lane.laneKey, from: first, to: last + 1 }))
    traceMessage({ id: leaf, name: 'delivery', from: at, to: context.now(), attributes })
}

/** The call of `deliver`: from the head before the first message, over the batch and the leaves after it, to the nearest head vouched for. */
function encodeDelivery({ context, inbound, roster, messages, nonces }: Batch): Hex | undefined {
  const { lane } = inbound
  const [first, last] = [messages[0]?.nonce, messages.at(-1)?.nonce]
  if (first === undefined || last === undefined) return undefined
  const vouchedFor = nonces.find((nonce) => nonce > last)
  const headBefore = context.store.messages.headAt({ laneKey: lane.laneKey, nonce: first })
  if (vouchedFor === undefined || headBefore === undefined) return undefined
  const signatures = signaturesAt({ context, roster, laneKey: lane.laneKey, nonce: vouchedFor })
  if (signatures === undefined) return undefined
  const tail = context.store.messages.leaves({ laneKey: lane.laneKey, from: last + 1, to: vouchedFor })
  const { headers, payloads } = packBatch(messages.map(({ message }) => message))
  const args = [lane.lane, BigInt(first), headBefore, headers, payloads, tail, packProof({ signatures })] as const
  return encodeFunctionData({ abi: gatewayAbi, functionName: 'deliver', args })
}

async function refused({ batch, error }: { batch: Batch; error: RpcRefusedError }): Promise<void> {
  const { context, inbound, messages } = batch
  const name = decodeRevert(error)?.code ?? 'Refused'
  const way = wayOf(inbound)
  const now = context.now()
  if (laneErrors.has(name)) {
    context.log.warn({ ...way, reason: name }, 'lane not ready')
    inbound.pausedUntil = now + 2_000
    inbound.linkReadAt = 0
    context.events.emit('roster', inbound.chain.chainId)
    return
  }
  const half = Math.ceil(messages.length / 2)
  if (messages.length > 1) {
    for (const part of [messages.slice(0, half), messages.slice(half)]) await sendBatch({ ...batch, messages: part })
    return
  }
  const nonce = messages[0]?.nonce ?? 0
  const tries = context.store.deliveries.deadLetter({ ...way, nonce })?.tries ?? 0
  const retryAt = now + Math.min(5_000 * 2 ** tries, 3_600_000)
  context.store.deliveries.bury({ ...way, nonce, reason: name, detail: reasonOf(error), retryAt, at: now })
  context.metrics.deadLetters.inc({ reason: name })
  const [stored] = context.store.messages.range({ laneKey: way.laneKey, from: nonce, to: nonce + 1 })
  if (stored !== undefined)
    traceMessage({ id: stored.leaf, name: 'dead letter', from: stored.at, to: now, attributes: { chain: way.chainId }, failure: name })
  context.log.error({ ...way, nonce, reason: name }, 'dead letter')
}
