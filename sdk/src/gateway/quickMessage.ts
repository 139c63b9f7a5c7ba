import { type Address, getAddress, type Hex } from 'viem'
import { defaultGasLimit } from './attributes.ts'
import { type Lane, leafOf, type Message } from './lane.ts'

/** Digits of a word. */
const word = 64
const gasLimitSelector = '39f87ba1'

/**
 * The message in the data of a `MessageSent` event, read without looking at what the leaf proves anyway: undefined unless it hashes to the leaf.
 * What is undefined here may still be a message; `messagesIn` says what is wrong with it.
 */
export function quickMessage({ lane, nonce, leaf, data }: quickMessage.Parameters): Message | undefined {
  const digits = data.slice(2)
  const [sender, recipient] = [addressAt(digits, 0), addressAt(digits, 1)]
  const payload = bytesAt(digits, 2)
  const limits = limitsAt(digits)
  if (sender === undefined || recipient === undefined || payload === undefined || limits === undefined) return undefined
  const message = { sender, recipient, ...limits, payload: `0x${payload}` as const }
  return leafOf({ lane, nonce, message }) === leaf ? message : undefined
}

export declare namespace quickMessage {
  type Parameters = {
    lane: Lane
    nonce: bigint
    leaf: Hex
    /** Of the event. */
    data: Hex
  }
}

/** A small number in a word; NaN when there is none. */
function numberAt(digits: string, at: number): number {
  // More than 13 digits are no length and no limit.
  return /^0{51}/.test(digits.slice(at, at + word)) ? Number.parseInt(digits.slice(at + 51, at + word), 16) : Number.NaN
}

function bytesAt(digits: string, head: number): string | undefined {
  const at = numberAt(digits, head * word) * 2
  const length = numberAt(digits, at) * 2
  const bytes = digits.slice(at + word, at + word + length)
  return bytes.length === length ? bytes : undefined
}

/** The last twenty bytes of an ERC-7930 address. */
function addressAt(digits: string, head: number): Address | undefined {
  const bytes = bytesAt(digits, head)
  return bytes !== undefined && bytes.length >= 50 && bytes.length <= 114 ? getAddress(`0x${bytes.slice(-40)}`) : undefined
}

/** Limits of a message that names none, or only its gas. */
function limitsAt(digits: string): Pick<Message, 'gasLimit' | 'deliverBefore'> | undefined {
  const list = numberAt(digits, 4 * word) * 2
  const count = numberAt(digits, list)
  if (count === 0) return { gasLimit: defaultGasLimit, deliverBefore: 0 }
  if (count !== 1) return undefined
  const at = list + word + numberAt(digits, list + word) * 2
  if (numberAt(digits, at) !== 36 || digits.slice(at + word, at + word + 8) !== gasLimitSelector) return undefined
  const gasLimit = numberAt(digits, at + word + 8)
  return Number.isSafeInteger(gasLimit) ? { gasLimit, deliverBefore: 0 } : undefined
}
