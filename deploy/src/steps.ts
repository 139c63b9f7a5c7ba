import { type Address, encodeAbiParameters, type Hex } from 'viem'

/** A read whose answer must begin with `expected`. */
export type Check = { readonly to: Address; readonly data: Hex; readonly expected: Hex; readonly label: string }

/** Something that the deployer makes the access manager do, and how to see that it is done. */
export type Step = {
  readonly name: string
  /** Calls to the access manager itself. */
  readonly calls: readonly Hex[]
  /** All true: nothing is to be done. */
  readonly checks: readonly Check[]
}

/** One word. */
export function word(value: bigint | boolean | Address | Hex): Hex {
  if (typeof value === 'bigint') return encodeAbiParameters([{ type: 'uint256' }], [value])
  if (typeof value === 'boolean') return word(value ? 1n : 0n)
  return word(BigInt(value))
}
