import { readFileSync } from 'node:fs'
import { type Hex, isHex, type LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { ChainAccess } from './chain.ts'
import { KeyInvalidError, VariablesMissingError } from './errors.ts'
import { decryptKeystore } from './keystore.ts'
import type { NamedChain } from './suiteFile.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** An environment variable about one chain: `BASE_SEPOLIA_RPC_URL` holds the `RPC_URL` of `base-sepolia`. */
export const chainVariable = (name: string, what: 'RPC_URL' | 'EXPLORER_API_URL'): string =>
  `${name.toUpperCase().replaceAll('-', '_')}_${what}`

/** Where the deployer's key comes from: one of these. */
export const keyVariables = { key: 'DEPLOYER_KEY', keystore: 'DEPLOYER_KEYSTORE', password: 'DEPLOYER_KEYSTORE_PASSWORD' } as const

/**
 * The RPC urls of chains, from the environment.
 *
 * @throws VariablesMissingError naming every variable that is not set.
 */
export function accessOf({ chains, env }: { chains: readonly NamedChain[]; env: Environment }): readonly ChainAccess[] {
  const missing = chains.map(({ name }) => chainVariable(name, 'RPC_URL')).filter((name) => !env[name])
  if (missing.length > 0) throw new VariablesMissingError({ missing, what: 'the RPC url of a chain each' })
  return chains.map(({ name, chainId }) => ({ chainId, rpcUrl: env[chainVariable(name, 'RPC_URL')] ?? '' }))
}

/** Names of the variables that hold a key, or an encrypted file with one and its password. */
export type KeyVariables = { readonly key: string; readonly keystore: string; readonly password: string }

/**
 * The deployer's account, from `DEPLOYER_KEY`, or from the encrypted file `DEPLOYER_KEYSTORE` with `DEPLOYER_KEYSTORE_PASSWORD`.
 *
 * @throws VariablesMissingError when none is set; KeyInvalidError when what is set gives no key. No message holds any part of a key.
 */
export function deployerAccount(env: Environment): LocalAccount {
  return accountOf({ env, variables: keyVariables, whose: "the deployer's" })
}

/**
 * An account from the environment: from a key, or from an encrypted file with its password.
 *
 * @param parameters.whose Whose key it is, for the error.
 * @throws VariablesMissingError when none is set; KeyInvalidError when what is set gives no key. No message holds any part of a key.
 */
export function accountOf({ env, variables, whose }: { env: Environment; variables: KeyVariables; whose: string }): LocalAccount {
  const { key, keystore, password } = variables
  const plain = env[key]
  if (plain) return parseKey(plain.trim(), key)
  const file = env[keystore]
  if (!file) throw new VariablesMissingError({ missing: [key], what: `${whose} key, or ${keystore} with ${password}` })
  const secret = env[password]
  if (secret === undefined) throw new VariablesMissingError({ missing: [password], what: `the password of ${file}` })
  return parseKey(decryptKeystore({ json: readKeystore(file), password: secret }), keystore)
}

function readKeystore(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new KeyInvalidError({ source: file, fact: 'cannot be read', cause })
  }
}

function parseKey(text: string, source: string): LocalAccount {
  const hex: Hex = isHex(text) ? text : `0x${text}`
  if (!/^0x[0-9a-fA-F]{64}$/.test(hex)) throw new KeyInvalidError({ source, fact: 'is not 32 bytes as hex' })
  try {
    return privateKeyToAccount(hex)
  } catch {
    // Not passed on as a cause: it might show the key.
    throw new KeyInvalidError({ source, fact: 'is not a private key of secp256k1' })
  }
}
