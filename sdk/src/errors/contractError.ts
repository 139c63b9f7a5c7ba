import type { AbiParameter, Hex } from 'viem'
import { BaseError, type BaseErrorOptions } from './base.ts'
import { hintOf } from './hints.ts'

/** Where a contract error came from, besides what every error has. */
export type ContractErrorOptions = BaseErrorOptions & {
  /** The chain whose contract refused. */
  readonly chainId?: number
  /** The raw revert data. */
  readonly data?: Hex
}

/** What the decoder needs to know of the class of a Solidity error. */
export type ContractErrorClass = {
  readonly abi: { readonly type: 'error'; readonly name: string; readonly inputs: readonly AbiParameter[] }
  readonly notice: string
  new (args: never, options?: ContractErrorOptions): ContractError<Readonly<Record<string, unknown>>>
}

/**
 * A Solidity error of the suite. Each has a class of its own with the same name and typed `args`.
 *
 * @example
 * ```ts
 * import { errors } from '@hanse/sdk'
 *
 * function isTakenAlready(error: unknown) {
 *   return error instanceof errors.TaskWrongState && error.args.actual === 'Assigned'
 * }
 * ```
 */
export class ContractError<args extends Readonly<Record<string, unknown>>> extends BaseError {
  override readonly name: string = 'ContractError'
  /** The offending values, named as in Solidity; enums by the name of their value. */
  readonly args: args
  /** The chain whose contract refused, when known. */
  readonly chainId: number | undefined
  /** The raw revert data, when known. */
  readonly data: Hex | undefined

  constructor(from: { readonly abi: { readonly name: string }; readonly notice: string }, args: args, options: ContractErrorOptions = {}) {
    const { name } = from.abi
    const hint = hintOf(name)
    const values = Object.entries(args).map(([key, value]) => `  ${key}: ${textOf(value)}`)
    const todo = hint.nextAction === undefined ? [] : [hint.nextAction]
    super(`${name}: ${from.notice}`, {
      retryable: hint.retryable ?? false,
      ...options,
      metaMessages: [...values, ...todo, ...(options.metaMessages ?? [])],
    })
    this.args = args
    this.chainId = options.chainId
    this.data = options.data
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${textOf(inner)}`)
    .join(', ')
}
