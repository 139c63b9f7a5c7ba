import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { KeyMissingError } from '../errors.ts'

/**
 * The account whose key an environment variable holds.
 *
 * @throws KeyMissingError when it holds none.
 */
export function accountFromEnvironment({ role, variable, environment }: accountFromEnvironment.Parameters): PrivateKeyAccount {
  const value = environment[variable]?.trim() ?? ''
  const digits = value.startsWith('0x') ? value.slice(2) : value
  if (!/^[0-9a-fA-F]{64}$/.test(digits) || /^0+$/.test(digits)) throw new KeyMissingError({ role, variable })
  return privateKeyToAccount(`0x${digits}`)
}

export declare namespace accountFromEnvironment {
  type Parameters = { role: 'attester' | 'deliverer'; variable: string; environment: Readonly<Record<string, string | undefined>> }
}
