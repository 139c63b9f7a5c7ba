import { type Address, concat, getAddress, type Hex, numberToHex, size, slice } from 'viem'
import { FormatError } from '../errors/format.ts'
import type { Message } from './lane.ts'

/** One message of a batch without its payload, in two words, as `IGateway.deliver` takes it. */
export type MessageHeader = { readonly senderAndLimits: bigint; readonly recipient: bigint }

/** The limit of one payload, in bytes. */
export const payloadLimit = 16_384

const bits = { gasLimit: 32n, deliverBefore: 40n, length: 24n, unused: 96n } as const

/** Packs a message's header: sender 160 | gasLimit 32 | deliverBefore 40 | payload length 24, then recipient 160 | zero 96. */
export function packHeader({ sender, recipient, gasLimit, deliverBefore, payload }: Message): MessageHeader {
  const length = size(payload)
  const first = (BigInt(sender) << 96n) | (field('gasLimit', gasLimit) << 64n) | (field('deliverBefore', deliverBefore) << 24n)
  return { senderAndLimits: first | field('length', length), recipient: BigInt(recipient) << bits.unused }
}

function field(name: 'gasLimit' | 'deliverBefore' | 'length', value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0 || BigInt(value) >> bits[name] !== 0n) {
    throw new FormatError({ subject: 'Message header', fact: `${name} is ${value}`, expected: `an integer of ${bits[name]} bits` })
  }
  return BigInt(value)
}

/**
 * Reads a header back. The payload's length comes instead of the payload.
 *
 * @throws FormatError when bits are set that must be zero.
 */
export function unpackHeader({ senderAndLimits, recipient }: MessageHeader): Omit<Message, 'payload'> & { readonly payloadLength: number } {
  if (recipient & ((1n << bits.unused) - 1n)) {
    throw new FormatError({ subject: 'Message header', fact: 'unused bits of the recipient word are set', expected: 'zeros' })
  }
  return {
    sender: addressOf(senderAndLimits >> 96n),
    recipient: addressOf(recipient >> bits.unused),
    gasLimit: Number((senderAndLimits >> 64n) & 0xffff_ffffn),
    deliverBefore: Number((senderAndLimits >> 24n) & 0xff_ffff_ffffn),
    payloadLength: Number(senderAndLimits & 0xff_ffffn),
  }
}

function addressOf(value: bigint): Address {
  return getAddress(numberToHex(value, { size: 20 }))
}

/** Packs messages the way `IGateway.deliver` takes them: headers, and all payloads one after the other. */
export function packBatch(messages: readonly Message[]): { readonly headers: readonly MessageHeader[]; readonly payloads: Hex } {
  return { headers: messages.map(packHeader), payloads: messages.length === 0 ? '0x' : concat(messages.map(({ payload }) => payload)) }
}

/**
 * Reads a batch back.
 *
 * @throws FormatError when the blob is shorter or longer than the headers say.
 */
export function unpackBatch({ headers, payloads }: { readonly headers: readonly MessageHeader[]; readonly payloads: Hex }): Message[] {
  let offset = 0
  const messages = headers.map((header) => {
    const { payloadLength, ...rest } = unpackHeader(header)
    const end = offset + payloadLength
    if (end > size(payloads)) throw blobError(size(payloads), end)
    const payload: Hex = payloadLength === 0 ? '0x' : slice(payloads, offset, end)
    offset = end
    return { ...rest, payload }
  })
  if (offset !== size(payloads)) throw blobError(size(payloads), offset)
  return messages
}

function blobError(actual: number, needed: number): FormatError {
  return new FormatError({ subject: 'Batch', fact: `the payloads have ${actual} bytes`, expected: `${needed} as the headers say` })
}
