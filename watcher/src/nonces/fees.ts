import { isRecord, type RpcReply } from '@hanse/sdk/sync'
import { FeeCapError } from '../errors.ts'
import type { Rpc } from '../rpc/client.ts'

/** What a transaction offers, wei per gas. */
export type Fees = { readonly maxFee: bigint; readonly tip: bigint }

const toBigInt = (value: unknown): bigint | undefined =>
  typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value) ? BigInt(value) : undefined
const resultOf = (reply: RpcReply | undefined): unknown => (reply?.ok ? reply.result : undefined)

/** Fees that hold while the base fee doubles, and the sender's next nonce by the latest block. */
export async function readFees({ rpc, chainId, sender, cap }: readFees.Parameters): Promise<Fees & { readonly nonce: number }> {
  const replies = await rpc.batch([
    { method: 'eth_getBlockByNumber', params: ['latest', false] },
    { method: 'eth_maxPriorityFeePerGas', params: [] },
    { method: 'eth_getTransactionCount', params: [sender, 'latest'] },
  ])
  const block = resultOf(replies[0])
  const base = (isRecord(block) ? toBigInt(block.baseFeePerGas) : undefined) ?? 1_000_000_000n
  const wanted = toBigInt(resultOf(replies[1])) ?? 1_000_000_000n
  const nonce = toBigInt(resultOf(replies[2]))
  if (base > cap || nonce === undefined) throw new FeeCapError({ chainId, needed: base, cap })
  const maxFee = base * 2n + wanted > cap ? cap : base * 2n + wanted
  return { maxFee, tip: lower(wanted, maxFee), nonce: Number(nonce) }
}

export declare namespace readFees {
  type Parameters = { rpc: Rpc; chainId: number; sender: string; cap: bigint }
}

/** What replaces a stuck transaction: an eighth more than before, or the market where that is higher, never over the cap. Undefined: the cap is reached. */
export function bumpFees({ old, market, cap }: { old: Fees; market: Fees; cap: bigint }): Fees | undefined {
  const maxFee = raise(old.maxFee, market.maxFee)
  const tip = raise(old.tip, market.tip)
  return maxFee > cap ? undefined : { maxFee, tip: lower(tip, maxFee) }
}

function raise(old: bigint, market: bigint): bigint {
  const more = old + old / 8n + 1n
  if (market > more) return market
  return more
}

// Math.min takes no bigints.
function lower(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}
