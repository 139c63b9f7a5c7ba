import { type Address, isAddress } from 'viem'
import { z } from 'zod'
import { type RpcFault, type RpcLie, rpcLies } from '../rpcProxy.ts'
import type { World } from '../world.ts'

const chainId = z.int()

/** What a devnet can be made to suffer, and how it gets well again. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** The chain stands still and answers nobody. */
  z.strictObject({ kind: z.literal('stop-chain'), chainId }),
  z.strictObject({ kind: z.literal('start-chain'), chainId }),
  /** The newest blocks are replaced by others without their transactions. */
  z.strictObject({ kind: z.literal('reorg'), chainId, depth: z.int().positive().max(64) }),
  /** The node that the watchers ask answers late; 0 ends it. */
  z.strictObject({ kind: z.literal('slow-rpc'), chainId, delayMs: z.int().min(0).max(600_000) }),
  /** The node that the watchers ask lies; `none` ends it. */
  z.strictObject({ kind: z.literal('lying-rpc'), chainId, lie: z.enum([...rpcLies, 'none']) }),
  z.strictObject({ kind: z.literal('kill-watcher'), watcher: z.string() }),
  z.strictObject({ kind: z.literal('start-watcher'), watcher: z.string() }),
])

/** One of them. */
export type Fault = z.infer<typeof faultSchema>

/** Coins for an account: amounts are decimal strings in base units. */
export const fundSchema = z.strictObject({
  chainId,
  account: z.custom<Address>((value) => typeof value === 'string' && isAddress(value), 'expected an address'),
  tokens: z.string().regex(/^\d+$/).optional(),
  native: z.string().regex(/^\d+$/).optional(),
})

/** What the faucet is asked for. */
export type Coins = z.input<typeof fundSchema>

/** Brings a fault about, or ends it. */
export async function applyFault(world: World, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'stop-chain':
      return world.halt(fault.chainId, true)
    case 'start-chain':
      return world.halt(fault.chainId, false)
    case 'reorg':
      return await world.reorg(fault)
    case 'slow-rpc':
      return world.disturb(fault.chainId, { ...faultOf(world, fault.chainId), delayMs: fault.delayMs })
    case 'lying-rpc':
      return world.disturb(fault.chainId, withLie(faultOf(world, fault.chainId), fault.lie))
    case 'kill-watcher':
      return await world.kill(fault.watcher)
    case 'start-watcher':
      return await world.restart(fault.watcher)
  }
}

/** A node may be slow and a liar at once: one ends without the other. */
function faultOf(world: World, id: number): RpcFault {
  return world.health().find((chain) => chain.chainId === id)?.rpcFault ?? {}
}

const withLie = ({ delayMs = 0 }: RpcFault, lie: RpcLie | 'none'): RpcFault => ({
  ...(delayMs > 0 && { delayMs }),
  ...(lie !== 'none' && { lie }),
})
