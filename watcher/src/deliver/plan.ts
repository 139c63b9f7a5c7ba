import type { Message } from '@hanse/sdk/gateway'
import { size } from 'viem'

/** What one delivery may hold. */
export type BatchLimits = { readonly gas: bigint; readonly messages: number; readonly bytes: number }

/** A message that is ready to go. */
export type ReadyMessage = { readonly nonce: number; readonly message: Message }

/** Gas that a message costs besides its own limit: header, bit, events, the call. Generous; the node's estimate is what is paid by. */
const overhead = 45_000n

/** Cuts messages, in the order of their nonces, into ranges without gaps that stay within the limits. A message over the limits goes alone. */
export function planBatches<message extends ReadyMessage>({
  messages,
  limits,
}: {
  messages: readonly message[]
  limits: BatchLimits
}): readonly (readonly message[])[] {
  const batches: message[][] = []
  let current: message[] = []
  let gas = 0n
  let bytes = 0
  for (const item of messages) {
    const itemGas = BigInt(item.message.gasLimit) + overhead
    const itemBytes = size(item.message.payload) + 64
    const previous = current.at(-1)
    const isNext = previous !== undefined && item.nonce === previous.nonce + 1
    const fits = gas + itemGas <= limits.gas && bytes + itemBytes <= limits.bytes && current.length < limits.messages
    if (!isNext || !fits) {
      current = []
      batches.push(current)
      gas = 0n
      bytes = 0
    }
    current.push(item)
    gas += itemGas
    bytes += itemBytes
  }
  return batches
}
