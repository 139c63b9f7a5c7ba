import { gatewayAbi } from '@hanse/sdk/abis'
import { packHeader } from '@hanse/sdk/gateway'
import { RpcRefusedError } from '@hanse/sdk/sync'
import { encodeFunctionData } from 'viem'
import type { Payer, Sender } from '../nonces/sender.ts'
import type { Context } from '../watcherContext.ts'
import { buryFailed, failedReason, type Inbound, readStatuses, wayOf } from './inbound.ts'

/** Failed messages looked at in one go. */
const maxLook = 16

type Retrying = { context: Context; inbound: Inbound; sender: Sender; from: Payer }

/** Runs failed messages again whose recipients would take them now. A simulation costs nothing, so it is asked before anything is sent. */
export async function retryFailed({ context, inbound, sender, from }: Retrying): Promise<void> {
  const way = wayOf(inbound)
  const letters = context.store.deliveries.toRetry({ ...way, reason: failedReason, at: context.now(), limit: maxLook })
  if (letters.length === 0) return
  const statuses = await readStatuses({ inbound, nonces: letters.map(({ nonce }) => nonce) })
  for (const [index, { nonce }] of letters.entries()) {
    const status = statuses[index]
    if (status === 'Failed') await retryOne({ context, inbound, sender, from, nonce })
    else if (status !== undefined) await settleRetried({ context, inbound, nonce })
  }
}

async function retryOne({ context, inbound, sender, from, nonce }: Retrying & { nonce: number }): Promise<void> {
  const { lane, chain } = inbound
  const [stored] = context.store.messages.range({ laneKey: lane.laneKey, from: nonce, to: nonce + 1 })
  buryFailed({ context, inbound, nonce })
  const isUnderWay = sender
    .openPurposes()
    .some((purpose) => purpose.kind === 'retry' && purpose.laneKey === lane.laneKey && purpose.nonce === nonce)
  if (stored?.message === undefined || isUnderWay) return
  const { message } = stored
  const args = [lane.lane, BigInt(nonce), packHeader(message), message.payload] as const
  const call = { to: chain.config.deployment.gateway, data: encodeFunctionData({ abi: gatewayAbi, functionName: 'retry', args }) }
  try {
    const gas = BigInt(String(await chain.rpc.call('eth_estimateGas', [{ from: from.address, ...call }])))
    await sender.submit({ ...call, gas: `${(gas * 13n) / 10n + 30_000n}`, purpose: { kind: 'retry', laneKey: lane.laneKey, nonce } })
  } catch (error) {
    if (!(error instanceof RpcRefusedError)) throw error
  }
}

/** Somebody's retry went through. It is over for good when a final block says so. */
async function settleRetried({ context, inbound, nonce }: { context: Context; inbound: Inbound; nonce: number }): Promise<void> {
  const final = inbound.chain.sync.status().final?.number
  const [status] = final === undefined ? [] : await readStatuses({ inbound, nonces: [nonce], block: final })
  if (status === 'Consumed' || status === 'Expired') context.store.deliveries.settle({ ...wayOf(inbound), nonce, status })
  else buryFailed({ context, inbound, nonce })
}
