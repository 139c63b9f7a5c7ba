import type { Hex } from 'viem'
import { keccak } from '../gateway/keccak.ts'
import type { BloomedHeader, SyncSource } from './types.ts'

/** The three bits of a block's filter that an address or a topic sets. */
function bitsOf(item: Hex): readonly number[] {
  const hash = keccak(item)
  return [2, 6, 10].map((at) => Number.parseInt(hash.slice(at, at + 4), 16) & 2047)
}

/** Tells, by a block's filter alone, whether the block may hold an event of one of the sources. Never a wrong no about an honest filter. */
export function bloomCheck(sources: readonly SyncSource[]): (header: BloomedHeader) => boolean {
  const wanted = sources.map(({ address, topics }) => ({ address: bitsOf(address), topics: topics?.map(bitsOf) }))
  return ({ logsBloom }) => {
    if (logsBloom === undefined) return true
    // Bit 0 is the last one; two digits are a byte.
    const isSet = (bit: number) =>
      ((Number.parseInt(logsBloom.slice(512 - 2 * (bit >> 3), 514 - 2 * (bit >> 3)), 16) >> (bit & 7)) & 1) === 1
    const has = (bits: readonly number[]) => bits.every(isSet)
    return wanted.some(({ address, topics }) => has(address) && (topics === undefined || topics.some(has)))
  }
}
