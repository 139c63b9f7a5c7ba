import { type Hex, isHex } from 'viem'
import { walkCauses } from './base.ts'

/** The revert data anywhere in the causes of an error. It sits in different places: viem's `raw`, a node's `data`, or `data.data` of some nodes. */
export function revertDataOf(error: unknown): Hex | undefined {
  let found: Hex | undefined
  walkCauses(error, (link) => {
    found = hexIn(link, 'raw') ?? hexIn(link, 'data') ?? hexIn(property(link, 'data'), 'data')
    return found !== undefined
  })
  return found
}

function hexIn(value: unknown, key: string): Hex | undefined {
  const inner = property(value, key)
  return isHex(inner, { strict: true }) && inner.length >= 10 ? inner : undefined
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
