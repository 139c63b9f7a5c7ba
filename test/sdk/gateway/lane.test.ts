import { concat, keccak256, numberToHex, pad } from 'viem'
import { describe, expect, it } from 'vitest'
import { emptyHead, fold, foldAll, type Lane, laneKey, leafOf, type Message } from '../../../sdk/src/gateway/lane.ts'

const lane: Lane = { originChainId: 31337n, originGateway: '0x00000000000000000000000000000000000000a1', destinationChainId: 31338n }
const message: Message = {
  sender: '0x00000000000000000000000000000000000000b2',
  recipient: '0x00000000000000000000000000000000000000c3',
  gasLimit: 200_000,
  deliverBefore: 1_800_000_000,
  payload: '0x68616e7365',
}
const word = (value: bigint) => numberToHex(value, { size: 32 })

describe('lane formats', () => {
  it('keys a lane by its three words', () => {
    expect(laneKey(lane)).toBe(keccak256(concat([word(31337n), word(0xa1n), word(31338n)])))
  })

  it('commits a leaf to nine words, written out by hand', () => {
    const words = [31337n, 0xa1n, 31338n, 7n, 0xb2n, 0xc3n, 200_000n, 1_800_000_000n].map(word)
    expect(leafOf({ lane, nonce: 7n, message })).toBe(keccak256(concat([...words, keccak256('0x68616e7365')])))
  })

  it('makes another leaf when any single field differs', () => {
    const variants = [
      { lane: { ...lane, originChainId: 1n }, nonce: 7n, message },
      { lane: { ...lane, originGateway: message.sender }, nonce: 7n, message },
      { lane: { ...lane, destinationChainId: 0n }, nonce: 7n, message },
      { lane, nonce: 8n, message },
      { lane, nonce: 7n, message: { ...message, sender: message.recipient } },
      { lane, nonce: 7n, message: { ...message, recipient: message.sender } },
      { lane, nonce: 7n, message: { ...message, gasLimit: 1 } },
      { lane, nonce: 7n, message: { ...message, deliverBefore: 0 } },
      { lane, nonce: 7n, message: { ...message, payload: '0x' } as const },
    ]
    expect(new Set([{ lane, nonce: 7n, message }, ...variants].map(leafOf)).size).toBe(variants.length + 1)
  })

  it('folds from the empty head', () => {
    const leaf = leafOf({ lane, nonce: 0n, message })
    expect(fold(emptyHead, leaf)).toBe(keccak256(concat([pad('0x'), leaf])))
    expect(foldAll(emptyHead, [leaf, leaf])).toBe(fold(fold(emptyHead, leaf), leaf))
    expect(foldAll(emptyHead, [])).toBe(emptyHead)
  })
})
