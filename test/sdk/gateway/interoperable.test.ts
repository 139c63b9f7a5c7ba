import fc from 'fast-check'
import { getAddress, type Hex, numberToHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../../sdk/src/errors/format.ts'
import { encodeInteroperable, parseInteroperable } from '../../../sdk/src/gateway/interoperable.ts'

const account = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'

describe('interoperable addresses', () => {
  it('write the example of ERC-7930', () => {
    expect(encodeInteroperable({ chainId: 1n, address: account })).toBe('0x00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045')
  })

  it('give back any account', () => {
    const accounts = fc.record({
      chainId: fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }),
      address: fc.bigInt({ min: 1n, max: 2n ** 160n - 1n }).map((value) => getAddress(numberToHex(value, { size: 20 }))),
    })
    fc.assert(
      fc.property(accounts, (value) => void expect(parseInteroperable(encodeInteroperable(value))).toEqual(value)),
      { seed: 48, numRuns: 300 },
    )
  })

  it.each<[string, Hex]>([
    ['nothing', '0x'],
    ['another version', '0x00020000010114d8da6bf26964af9d7eed9e03e53415d37aa96045'],
    ['another chain type', '0x00010002010114d8da6bf26964af9d7eed9e03e53415d37aa96045'],
    ['no chain reference', '0x000100000014d8da6bf26964af9d7eed9e03e53415d37aa96045'],
    ['a zero chain reference', '0x00010000010014d8da6bf26964af9d7eed9e03e53415d37aa96045'],
    ['a leading zero', '0x0001000002000114d8da6bf26964af9d7eed9e03e53415d37aa96045'],
    ['a chain reference of 33 bytes', `0x0001000021${'01'.repeat(33)}14d8da6bf26964af9d7eed9e03e53415d37aa96045`],
    ['no address', '0x0001000001010000'],
    ['a short address', '0x00010000010113d8da6bf26964af9d7eed9e03e53415d37aa960'],
    ['bytes left over', '0x00010000010114d8da6bf26964af9d7eed9e03e53415d37aa9604500'],
    ['bytes cut off', '0x00010000010114d8da6bf26964af9d7eed9e03e53415d37aa960'],
  ])('refuse %s', (_, bytes) => {
    expect(() => parseInteroperable(bytes)).toThrow(FormatError)
  })
})
