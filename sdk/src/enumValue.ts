import { FormatError } from './errors/format.ts'

/**
 * The name of a Solidity enum's value.
 *
 * @throws FormatError when this version of the SDK does not know the value.
 */
export function enumValue<const value extends string>(values: readonly value[], index: number): value {
  const found = values[index]
  if (found === undefined) throw new FormatError({ subject: 'Enum value', fact: `it is ${index}`, expected: `0 to ${values.length - 1}` })
  return found
}
