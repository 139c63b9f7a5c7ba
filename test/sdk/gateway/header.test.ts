import fc from 'fast-check'
import { getAddress, type Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../../sdk/src/errors/format.ts'
import { packBatch, packHeader, unpackBatch, unpackHeader } from '../../../sdk/src/gateway/header.ts'
import type { Message } from '../../../sdk/src/gateway/lane.ts'

const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(hexOf(bytes)))
const messages = fc.array(
  fc.record<Message>({
    sender: address,
    recipient: address,
    gasLimit: fc.integer({ min: 0, max: 0xffff_ffff }),
    deliverBefore: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
    payload: fc.uint8Array({ maxLength: 100 }).map(hexOf),
  }),
  { maxLength: 8 },
)

describe('message headers', () => {
  it('have the documented bits', () => {
    const header = packHeader({
      sender: '0x1111111111111111111111111111111111111111',
      recipient: '0x2222222222222222222222222222222222222222',
      gasLimit: 0x33333333,
      deliverBefore: 0x4444444444,
      payload: '0x5555',
    })
    expect(header.senderAndLimits).toBe(0x1111111111111111111111111111111111111111_33333333_4444444444_000002n)
    expect(header.recipient).toBe(0x2222222222222222222222222222222222222222_000000000000000000000000n)
  })

  it('give back any batch', () => {
    fc.assert(
      fc.property(messages, (batch) => void expect(unpackBatch(packBatch(batch))).toEqual(batch)),
      { seed: 48, numRuns: 300 },
    )
  })

  it('refuse fields that do not fit, unused bits, and blobs of the wrong length', () => {
    const message: Message = {
      sender: '0x1111111111111111111111111111111111111111',
      recipient: '0x2222222222222222222222222222222222222222',
      gasLimit: 1,
      deliverBefore: 0,
      payload: '0x55',
    }
    for (const wrong of [
      { gasLimit: 2 ** 32 },
      { gasLimit: -1 },
      { gasLimit: 0.5 },
      { deliverBefore: 2 ** 40 },
      { deliverBefore: Number.NaN },
    ]) {
      expect(() => packHeader({ ...message, ...wrong })).toThrow(FormatError)
    }
    const { headers, payloads } = packBatch([message])
    expect(() => unpackHeader({ senderAndLimits: 0n, recipient: 1n })).toThrow(FormatError)
    expect(() => unpackBatch({ headers, payloads: '0x' })).toThrow(FormatError)
    expect(() => unpackBatch({ headers, payloads: `${payloads}00` })).toThrow(FormatError)
    expect(() => unpackBatch({ headers: [], payloads })).toThrow(FormatError)
  })
})
