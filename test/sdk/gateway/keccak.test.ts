import fc from 'fast-check'
import { type Address, encodeAbiParameters, type Hex, keccak256, numberToHex } from 'viem'
import { describe, expect, it } from 'vitest'
import {
  encodeAttributes,
  encodeInteroperable,
  fold,
  isKeccakNative,
  keccak,
  type Lane,
  leafOf,
  type Message,
  quickMessage,
} from '../../../sdk/src/gateway/index.ts'

const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hex)
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes): Address => hex(bytes))
const lane = fc.record({ originChainId: fc.bigInt(1n, 2n ** 64n), originGateway: address, destinationChainId: fc.bigInt(0n, 2n ** 64n) })
const message: fc.Arbitrary<Message> = fc.record({
  sender: address,
  recipient: address,
  gasLimit: fc.integer({ min: 1, max: 5_000_000 }),
  deliverBefore: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  payload: fc.uint8Array({ maxLength: 300 }).map(hex),
})

describe('keccak', () => {
  it('is the one of Node here', () => expect(isKeccakNative).toBe(true))

  it('equals that of viem for bytes of every length', () => {
    for (let length = 0; length <= 500; length++) {
      const bytes = hex(Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 255))
      expect(keccak(bytes)).toBe(keccak256(bytes))
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), (bytes) => keccak(hex(bytes)) === keccak256(hex(bytes))),
      { seed: 3, numRuns: 200 },
    )
  })

  it.each(['0x123', '0xzz', '0x00zz'] as const)('does with %s what viem does', (odd) => {
    const attempt = (work: () => Hex) => {
      try {
        return work()
      } catch {
        return 'refused'
      }
    }
    expect(attempt(() => keccak(odd))).toBe(attempt(() => keccak256(odd)))
  })
})

describe('leafOf and fold', () => {
  it('hash what abi.encode gives', () => {
    fc.assert(
      fc.property(lane, fc.bigInt(0n, 2n ** 64n - 1n), message, bytes32, (place, nonce, sent, head) => {
        const types = ['uint256', 'address', 'uint256', 'uint64', 'address', 'address', 'uint32', 'uint40', 'bytes32'].map((type) => ({
          type,
        }))
        const values = [place.originChainId, place.originGateway, place.destinationChainId, nonce, sent.sender, sent.recipient]
        const leaf = keccak256(encodeAbiParameters(types, [...values, sent.gasLimit, sent.deliverBefore, keccak256(sent.payload)]))
        expect(leafOf({ lane: place, nonce, message: sent })).toBe(leaf)
        expect(fold(head, leaf)).toBe(keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'bytes32' }], [head, leaf])))
      }),
      { seed: 5 },
    )
  })

  it.each([-1n, 1.5, 2n ** 256n, Number.NaN])('refuse %s', (gasLimit) => {
    const place = { originChainId: 1n, originGateway: numberToHex(1, { size: 20 }), destinationChainId: 2n }
    const sent = {
      sender: place.originGateway,
      recipient: place.originGateway,
      gasLimit: gasLimit as number,
      deliverBefore: 0,
      payload: '0x',
    } as const
    expect(() => leafOf({ lane: place, nonce: 0n, message: sent })).toThrow('whole number')
  })
})

describe('quickMessage', () => {
  const dataOf = ({
    lane: { originChainId, destinationChainId },
    sent,
    attributes,
  }: {
    lane: { originChainId: bigint; destinationChainId: bigint }
    sent: Message
    attributes: Hex[]
  }) =>
    encodeAbiParameters(
      [{ type: 'bytes' }, { type: 'bytes' }, { type: 'bytes' }, { type: 'uint256' }, { type: 'bytes[]' }],
      [
        encodeInteroperable({ chainId: originChainId, address: sent.sender }),
        destinationChainId === 0n
          ? `0x000100000014${sent.recipient.slice(2)}`
          : encodeInteroperable({ chainId: destinationChainId, address: sent.recipient }),
        sent.payload,
        0n,
        attributes,
      ],
    )

  type Kind = 'none' | 'gas' | 'both'
  const drawn = fc.record({
    place: lane,
    nonce: fc.bigInt(0n, 2n ** 64n - 1n),
    message,
    kind: fc.constantFrom<Kind>('none', 'gas', 'both'),
    spot: fc.nat(),
  })

  function eventOf({
    place,
    nonce,
    message: { gasLimit, deliverBefore, ...rest },
    kind,
  }: {
    place: Lane
    nonce: bigint
    message: Message
    kind: Kind
  }) {
    const sent = { ...rest, gasLimit: kind === 'none' ? 200_000 : gasLimit, deliverBefore: kind === 'both' ? deliverBefore : 0 }
    const attributes = { none: [], gas: encodeAttributes({ gasLimit }), both: encodeAttributes(sent) }[kind]
    return { lane: place, nonce, leaf: leafOf({ lane: place, nonce, message: sent }), data: dataOf({ lane: place, sent, attributes }) }
  }

  it('reads what the gateway emits; two attributes are left to the reader that takes its time', () => {
    const holds = fc.property(drawn, (given) => {
      const event = eventOf(given)
      const read = quickMessage(event)
      expect(read && leafOf({ ...event, message: read })).toBe(given.kind === 'both' ? undefined : event.leaf)
    })
    fc.assert(holds, { seed: 6 })
  })

  it('never gives anything that does not hash to the leaf', () => {
    const holds = fc.property(drawn, (given) => {
      const event = eventOf(given)
      const at = 2 + (given.spot % (event.data.length - 2))
      const bent: Hex = `0x${event.data.slice(2, at)}${event.data[at] === 'f' ? '0' : 'f'}${event.data.slice(at + 1)}`
      const read = quickMessage({ ...event, data: bent })
      expect(read === undefined || leafOf({ ...event, message: read }) === event.leaf).toBe(true)
      expect(quickMessage({ ...event, nonce: event.nonce + 1n })).toBeUndefined()
      expect(quickMessage({ ...event, data: `0x${event.data.slice(2, 2 + (given.spot % 300))}` })).toBeUndefined()
    })
    fc.assert(holds, { seed: 6, numRuns: 300 })
  })
})
