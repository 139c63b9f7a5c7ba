import { type Hex, keccak256, stringToHex } from 'viem'
import { CardInvalidError } from '../errors/card.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/**
 * JSON in its one canonical form (RFC 8785, JCS): names sorted, no space, numbers and strings as ECMAScript writes them. Fields that are
 * undefined are left out.
 *
 * @throws CardInvalidError for what has no such form: numbers that are not finite, half a character, functions.
 */
export function canonicalJson(value: unknown, path = 'the document'): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return canonicalString(value, path)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item, index) => canonicalJson(item, `${path}[${index}]`)).join(',')}]`
  if (isObject(value)) {
    const names = Object.keys(value).filter((name) => value[name] !== undefined)
    // By UTF-16 code units, which is how strings compare here.
    const fields = names.sort().map((name) => `${canonicalString(name, path)}:${canonicalJson(value[name], `${path}.${name}`)}`)
    return `{${fields.join(',')}}`
  }
  throw new CardInvalidError([{ path, reason: `is ${String(value)}, which JSON cannot say` }])
}

function canonicalString(text: string, path: string): string {
  if (text.isWellFormed()) return JSON.stringify(text)
  throw new CardInvalidError([{ path, reason: 'has half of a character (a lone surrogate)' }])
}

/**
 * The digest of a card that its agent's profile names: keccak-256 of its canonical form in UTF-8. So it does not matter how the document is
 * spaced or ordered where it is served.
 *
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 * import { cardDigest } from '@hanse/sdk/card'
 *
 * const profile = agent.createProfile({ capabilities: ['text.report'], cardDigest: cardDigest(card), cardUri })
 * ```
 */
export function cardDigest(card: unknown): Hex {
  return keccak256(stringToHex(canonicalJson(card)))
}
