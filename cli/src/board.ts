import type { Hex } from 'viem'
import { z } from 'zod'
import { IdUnknownError } from './errors.ts'
import type { Network } from './network.ts'

/** A key or a topic: 32 bytes as hex, or a word of up to 31 bytes that stands there readable. */
export const word = z
  .string()
  .refine((text) => /^0x[0-9a-fA-F]{64}$/.test(text) || new TextEncoder().encode(text).length <= 31, 'is longer than 31 bytes')

/** Its 32 bytes. */
export async function bytes32Of(text: string): Promise<Hex> {
  const { isHex, stringToHex } = await import('viem')
  return isHex(text) && text.length === 66 ? text : stringToHex(text, { size: 32 })
}

/** Bytes of a value: hex as it is, anything else as text. */
export async function bytesOf(text: string): Promise<Hex> {
  const { isHex, stringToHex } = await import('viem')
  return isHex(text) && text.length % 2 === 0 ? text : stringToHex(text)
}

/** Bytes for people: as text where they are some. */
export async function textOf(bytes: Hex | undefined): Promise<string | undefined> {
  const { hexToBytes } = await import('viem')
  if (bytes === undefined) return undefined
  const text = new TextDecoder('utf-8').decode(hexToBytes(bytes))
  return /\uFFFD|\p{Cc}/u.test(text.replace(/[\n\r\t]/g, '')) ? bytes : text
}

/**
 * The chain of a space, which its id does not say.
 *
 * @throws IdUnknownError when no known chain has it.
 */
export async function homeOf({ client, chains }: Network, space: Hex): Promise<number> {
  const { cell } = await import('@hanse/sdk')
  const looks = await Promise.allSettled(chains.map(({ chainId }) => cell.getSpace(client, { chainId, space })))
  const found = looks.find((look) => look.status === 'fulfilled' && look.value.value.epoch > 0)
  if (found?.status === 'fulfilled') return found.value.freshness.chainId
  const failed = looks.find((look) => look.status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  throw new IdUnknownError({ what: 'space', id: space, known: chains.map(({ name }) => name) })
}
