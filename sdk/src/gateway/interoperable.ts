import { type Address, concat, getAddress, type Hex, hexToBigInt, isHex, numberToHex, size, slice, trim, zeroAddress } from 'viem'
import { FormatError } from '../errors/format.ts'

/** An account on an EVM chain, as ERC-7930 writes it. */
export type InteroperableAddress = { readonly chainId: bigint; readonly address: Address }

const version = '0x0001'
const eip155 = '0x0000'

/** Writes an account on an EVM chain as an ERC-7930 interoperable address: version 1, chain type eip155, shortest chain reference. */
export function encodeInteroperable({ chainId, address }: InteroperableAddress): Hex {
  if (chainId <= 0n || chainId >= 1n << 256n) {
    throw new FormatError({
      subject: 'Interoperable address',
      fact: `the chain id is ${chainId}`,
      expected: 'a positive integer of 256 bits',
    })
  }
  const reference = trim(numberToHex(chainId, { size: 32 }))
  return concat([version, eip155, numberToHex(size(reference), { size: 1 }), reference, '0x14', numberToHex(BigInt(address), { size: 20 })])
}

/**
 * Reads an ERC-7930 interoperable address of an EVM chain, in canonical form only: no empty or zero chain reference, no leading zeros, exactly
 * one address of 20 bytes that is not zero, no bytes left over.
 *
 * @throws FormatError saying what is wrong.
 */
export function parseInteroperable(bytes: Hex): InteroperableAddress {
  const fail = (fact: string, expected: string) => new FormatError({ subject: `Interoperable address ${bytes}`, fact, expected })
  if (!isHex(bytes, { strict: true }) || bytes.length % 2 !== 0) throw fail('not bytes', 'whole bytes in hex')
  const total = size(bytes)
  if (total < 6) throw fail(`${total} bytes`, 'at least 6')
  if (slice(bytes, 0, 2) !== version) throw fail(`version ${slice(bytes, 0, 2)}`, version)
  if (slice(bytes, 2, 4) !== eip155) throw fail(`chain type ${slice(bytes, 2, 4)}`, `${eip155} (eip155)`)
  const referenceLength = Number(slice(bytes, 4, 5))
  if (referenceLength === 0 || referenceLength > 32) throw fail(`a chain reference of ${referenceLength} bytes`, '1 to 32')
  const end = 5 + referenceLength
  if (total !== end + 21) throw fail(`${total} bytes`, `${end + 21}`)
  const reference = slice(bytes, 5, end)
  if (slice(reference, 0, 1) === '0x00') throw fail('a chain reference with a leading zero', 'its shortest form')
  if (slice(bytes, end, end + 1) !== '0x14') throw fail(`an address of ${Number(slice(bytes, end, end + 1))} bytes`, '20')
  const address = getAddress(slice(bytes, end + 1))
  if (address === zeroAddress) throw fail('the zero account', 'an account')
  return { chainId: hexToBigInt(reference), address }
}
