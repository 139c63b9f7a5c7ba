import { z } from 'zod'

/** 32 bytes as hex: the id of anything. */
export const id = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'is no id: 0x and 64 digits')
  .transform((text): `0x${string}` => `0x${text.slice(2).toLowerCase()}`)

/** Bytes as hex. */
export const hex = z.templateLiteral(
  ['0x', z.string().regex(/^([0-9a-fA-F]{2})*$/)],
  'is not bytes as hex: 0x and an even number of digits',
)

/** An address; in mixed case its checksum counts. */
export const address = z
  .string()
  .refine(
    async (text) => (await import('viem')).isAddress(text),
    'is no address: 0x and 40 digits, with a right checksum if the case is mixed',
  )
  .transform((text): `0x${string}` => `0x${text.slice(2)}`)

/** An amount in whole coins, as written: decimals are known later. */
export const amount = z.string().regex(/^\d+(\.\d+)?$/, 'is no amount: write 0.5, in whole coins')

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

/** A length of time, in seconds. */
export const duration = z
  .string()
  .regex(/^\d+[smhd]?$/, 'is no length of time: write 90s, 10m, 2h or 1d')
  .transform((text) => Number.parseInt(text, 10) * (unitSeconds[text.replace(/\d+/, '')] ?? 1))

/** A share in percent, as basis points. */
export const percent = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,2})?$/, 'is no share: write a percentage from 0 to 100, with at most two decimals')
  .transform((text) => Math.round(Number(text) * 100))
  .refine((share) => share <= 10_000, 'is more than 100 percent')

/** A number of things. */
export const count = z.coerce.number('is no number').int('is no whole number').nonnegative('is less than zero')

/** Items with commas between. */
export const listOf = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item))

/** Anything as what JSON can say: whole numbers beyond what JSON keeps become decimal strings, and what is undefined is left out. */
export function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Map) return toJson(Object.fromEntries(value))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, toJson(part)]])))
}

/** Lines of `name  value`, names padded; what is undefined is left out. Nested values as `a.b`. */
export function table(value: unknown, indent = ''): string {
  const rows = rowsOf(toJson(value), '')
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${indent}${name.padEnd(width)}  ${text}`).join('\n')
}

function rowsOf(value: unknown, name: string): readonly (readonly [string, string])[] {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return [[name, value.join(', ') || 'none']]
  if (typeof value !== 'object' || value === null) return [[name, String(value)]]
  return Object.entries(value).flatMap(([key, part]) => rowsOf(part, name === '' ? key : `${name}.${key}`))
}
