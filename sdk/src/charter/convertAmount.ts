import { isAddressEqual } from 'viem'
import { FormatError } from '../errors/format.ts'
import type { CharterDocument, TokenForm } from './document.ts'

/**
 * What an amount of one token is in an equivalent one of another chain, in base units. Exact, or refused.
 *
 * @throws FormatError when the charter does not call the two equal, or when the other token cannot express the amount.
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * charter.convertAmount(document, { amount: 1_000_000n, from: { chainId: 1, token: usdc }, to: { chainId: 56, token: bridged } })
 * // 1000000000000000000n, for 6 and 18 decimals
 * ```
 */
export function convertAmount(
  { tokens }: Pick<CharterDocument, 'tokens'>,
  { amount, from, to }: { readonly amount: bigint; readonly from: Place; readonly to: Place },
): bigint {
  const group = tokens.find((forms) => findForm(forms, from) !== undefined) ?? []
  const [origin, target] = [findForm(group, from), findForm(group, to)]
  if (origin === undefined || target === undefined) {
    const fact = `${from.token} on chain ${from.chainId} and ${to.token} on chain ${to.chainId} stand in no group`
    throw new FormatError({ subject: 'Tokens of the charter', fact, expected: 'tokens that the charter calls equivalent' })
  }
  const scaled = amount * 10n ** BigInt(target.decimals)
  const unit = 10n ** BigInt(origin.decimals)
  if (scaled % unit !== 0n) {
    const fact = `${amount} with ${origin.decimals} decimals has none in ${target.decimals}`
    throw new FormatError({ subject: 'Amount', fact, expected: 'an amount that both tokens can express' })
  }
  return scaled / unit
}

/** A token on a chain. */
export type Place = Pick<TokenForm, 'chainId' | 'token'>

function findForm(forms: readonly TokenForm[], { chainId, token }: Place): TokenForm | undefined {
  return forms.find((form) => form.chainId === chainId && isAddressEqual(form.token, token))
}
