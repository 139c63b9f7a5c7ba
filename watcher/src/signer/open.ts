import type { KeyConfig } from '../config.ts'
import { KeyMissingError } from '../errors.ts'
import { accountFromEnvironment } from './environment.ts'
import { accountFromKeystore } from './keystore.ts'
import { remoteAccount } from './remote.ts'
import type { HeadSigner, TransactionSigner } from './types.ts'

/**
 * Opens the account of a role, wherever its key is. Secrets come from the environment only.
 *
 * @throws KeyMissingError when the environment lacks a key, a password or a token.
 * @throws KeystoreInvalidError when an encrypted key cannot be opened.
 */
export function openAccount({ role, key, environment }: openAccount.Parameters): HeadSigner & TransactionSigner {
  if ('env' in key) return accountFromEnvironment({ role, variable: key.env, environment })
  const secret = (variable: string, what: string): string => {
    const value = environment[variable]
    if (value === undefined || value === '') throw new KeyMissingError({ role, variable, what })
    return value
  }
  if ('keystore' in key) return accountFromKeystore({ path: key.keystore, password: secret(key.passwordEnv, 'a password') })
  const { remote, address, identifier, timeoutMs, tokenEnv } = key
  const token = tokenEnv === undefined ? undefined : secret(tokenEnv, 'a token')
  return remoteAccount({ url: remote, address, identifier, timeoutMs, token })
}

export declare namespace openAccount {
  type Parameters = {
    role: 'attester' | 'deliverer'
    key: KeyConfig
    environment: Readonly<Record<string, string | undefined>>
  }
}
