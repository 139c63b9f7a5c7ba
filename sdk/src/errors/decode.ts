import { decodeErrorResult, type Hex, isHex, slice } from 'viem'
import { enumValues } from '../abis/enums.ts'
import { walkCauses } from './base.ts'
import type { ContractError, ContractErrorOptions } from './contractError.ts'
import { contractErrors } from './contracts.ts'

/** A contract error whose class is only known when it is looked at. */
export type DecodedRevert = ContractError<Readonly<Record<string, unknown>>>

/**
 * Turns revert data, or any error that carries it somewhere in its causes (such as viem's), into the error class of the same name.
 *
 * @returns Undefined when there is no revert data in it, or none of a Solidity error of the suite.
 * @example
 * ```ts
 * import { errors } from '@hanse/sdk'
 *
 * const error = errors.decodeRevert(caught)
 * if (error instanceof errors.TaskWrongState) console.log(error.args.actual) // 'Assigned'
 * ```
 */
export function decodeRevert(error: unknown, options: ContractErrorOptions = {}): DecodedRevert | undefined {
  const data = isHex(error) ? error : revertDataOf(error)
  if (data === undefined || data.length < 10) return undefined
  const known = contractErrors[slice(data, 0, 4).toLowerCase()]
  if (known === undefined) return undefined
  const values = argumentsOf(known.abi, data)
  if (values === undefined) return undefined
  const args = Object.fromEntries(known.abi.inputs.map((input, index) => [input.name, named(input.internalType, values[index])]))
  const cause = error instanceof Error ? { cause: error } : {}
  // The values were decoded with the very ABI item that the class was generated from.
  return Reflect.construct(known, [args, { data, ...cause, ...options }])
}

function argumentsOf(item: (typeof contractErrors)[string]['abi'], data: Hex): readonly unknown[] | undefined {
  try {
    return decodeErrorResult({ abi: [item], data }).args ?? []
  } catch {
    return undefined
  }
}

function named(internalType: unknown, value: unknown): unknown {
  const name = typeof internalType === 'string' ? internalType.match(/^enum (?:\w+\.)?(\w+)$/)?.[1] : undefined
  const names = name === undefined ? undefined : enumValues[name]
  return typeof value === 'number' ? (names?.[value] ?? value) : value
}

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
