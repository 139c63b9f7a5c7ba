import { concat, type Hex, hexToBigInt, numberToHex, size, slice, toFunctionSelector } from 'viem'
import { FormatError } from '../errors/format.ts'

/** What a sender may ask for with a message. */
export type MessageLimits = {
  /** Gas for the recipient. Default 200,000, at most 5,000,000. */
  readonly gasLimit?: number
  /** Absolute seconds by the destination's clock, after which the message never runs. Zero or left out: no end. */
  readonly deliverBefore?: number
}

/** The gas limit of a message that names none. */
export const defaultGasLimit = 200_000

/** The highest gas limit of a message. */
export const maxGasLimit = 5_000_000

const signatures = { gasLimit: 'minGasLimit(uint256)', deliverBefore: 'deliverBefore(uint256)' } as const

/** The ERC-7786 attributes for a message's limits. */
export function encodeAttributes({ gasLimit, deliverBefore }: MessageLimits): Hex[] {
  const attribute = (signature: string, value: number | undefined) =>
    value === undefined ? [] : [concat([toFunctionSelector(signature), numberToHex(value, { size: 32 })])]
  return [...attribute(signatures.gasLimit, gasLimit), ...attribute(signatures.deliverBefore, deliverBefore)]
}

/**
 * A message's limits from its ERC-7786 attributes, with the defaults for those left out.
 *
 * @throws FormatError on an attribute that the gateway would not have accepted.
 */
export function decodeAttributes(attributes: readonly Hex[]): Required<MessageLimits> {
  const limits = { gasLimit: defaultGasLimit, deliverBefore: 0 }
  for (const attribute of attributes) {
    const selector = size(attribute) === 36 ? slice(attribute, 0, 4) : undefined
    const value = () => Number(hexToBigInt(slice(attribute, 4)))
    if (selector === toFunctionSelector(signatures.gasLimit)) limits.gasLimit = value()
    else if (selector === toFunctionSelector(signatures.deliverBefore)) limits.deliverBefore = value()
    else throw new FormatError({ subject: 'Attribute', fact: attribute, expected: `${signatures.gasLimit} or ${signatures.deliverBefore}` })
  }
  return limits
}
