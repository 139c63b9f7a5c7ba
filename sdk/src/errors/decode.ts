import { decodeErrorResult, type Hex, isHex, slice } from 'viem'
import type { ContractError, ContractErrorOptions } from './contractError.ts'
import { carriedEnums, contractErrors } from './contracts.ts'
import { revertDataOf } from './revertData.ts'

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
  const names = name === undefined ? undefined : carriedEnums[name]
  return typeof value === 'number' ? (names?.[value] ?? value) : value
}
