import { size } from 'viem'
import type { LaneMessage } from './messages.ts'

/** What one delivery may hold. */
export type BatchLimits = {
  /** The gas limits of its messages and their overhead. */
  readonly gas: bigint
  readonly messages: number
  /** Of payloads and headers. */
  readonly bytes: number
}

/** Gas that a message costs besides its own limit. Generous: the transaction pays by the node's estimate. */
export const messageOverhead = 45_000n

/** Cuts messages, by nonce, into ranges without gaps that stay within the limits. A message over the limits goes alone. */
export function planBatches(messages: readonly LaneMessage[], limits: BatchLimits): readonly (readonly LaneMessage[])[] {
  const batches: LaneMessage[][] = []
  let current: LaneMessage[] = []
  let [gas, bytes] = [0n, 0]
  for (const item of messages) {
    const itemGas = BigInt(item.message.gasLimit) + messageOverhead
    const itemBytes = size(item.message.payload) + 64
    const isNext = current.at(-1)?.nonce === item.nonce - 1n
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
