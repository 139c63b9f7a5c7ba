import { type Address, type Hex, isAddress, isHex } from 'viem'
import { FormatError } from '../errors/format.ts'

/** Reads the fields of one JSON object, and nothing but them. */
export type Fields = {
  readonly value: (name: string) => unknown
  readonly text: (name: string) => string
  readonly number: (name: string) => number
  readonly flag: (name: string) => boolean
  readonly list: (name: string) => readonly unknown[]
  readonly address: (name: string) => Address
  readonly hex: (name: string) => Hex
  readonly oneOf: <option extends string>(name: string, options: readonly option[]) => option
}

/**
 * The fields of a JSON object that has exactly these.
 *
 * @throws FormatError naming the field that is missing, unknown or of another type; also each reader of a field.
 */
export function fieldsOf(path: string, item: unknown, names: readonly string[]): Fields {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) throw wrongField(path || 'it', item, 'an object')
  const entries = new Map(Object.entries(item))
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  for (const name of entries.keys()) if (!names.includes(name)) throw wrongField(at(name), entries.get(name), 'no such field')
  const value = (name: string): unknown => entries.get(name)
  return {
    value,
    text: (name) => textOf(value(name), at(name)),
    number: (name) => numberOf(value(name), at(name)),
    flag: (name) => flagOf(value(name), at(name)),
    list: (name) => listOf(value(name), at(name)),
    address: (name) => addressOf(value(name), at(name)),
    hex: (name) => hexOf(value(name), at(name)),
    oneOf: (name, options) => {
      const found = options.find((option) => option === value(name))
      if (found === undefined) throw wrongField(at(name), value(name), `one of ${options.join(', ')}`)
      return found
    },
  }
}

/** An address in JSON. */
export function addressOf(value: unknown, path: string): Address {
  if (typeof value === 'string' && isAddress(value)) return value
  throw wrongField(path, value, 'an address, with its checksum or in lower case')
}

/** A list in JSON. */
export function listOf(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw wrongField(path, value, 'a list')
}

function textOf(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  throw wrongField(path, value, 'text')
}

function numberOf(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw wrongField(path, value, 'a whole number')
}

function flagOf(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value
  throw wrongField(path, value, 'true or false')
}

function hexOf(value: unknown, path: string): Hex {
  if (isHex(value)) return value
  throw wrongField(path, value, 'hex')
}

function wrongField(path: string, value: unknown, expected: string): FormatError {
  const fact = value === undefined ? `${path} is missing` : `${path} is ${JSON.stringify(value)}`
  return new FormatError({ subject: 'The charter', fact, expected })
}
