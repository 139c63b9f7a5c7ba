import { type Hex, toHex } from 'viem'
import { type HDAccount, mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'

/** Known to everybody. Never put anything of value behind it. */
export const devMnemonic = 'test test test test test test test test test test test junk'

/** Indices of the development accounts with a fixed part. Users start at `user`, watchers' delivery keys at `deliverer`. */
export const accountIndex = { deployer: 0, governor: 1, guardian: 2, faucet: 3, deliverer: 4, user: 20, attester: 1_000 } as const

/** How many watchers have a funded delivery key. */
export const maxWatchers = accountIndex.user - accountIndex.deliverer

/**
 * A development account by its index in `devMnemonic`.
 *
 * @example
 * ```ts
 * import { devAccount } from '@hanse/devnet'
 *
 * devAccount(0).address // '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
 * ```
 */
export function devAccount(addressIndex: number): HDAccount {
  // Stretching the words takes a tenth of a second: once for all accounts.
  parent ??= mnemonicToAccount(devMnemonic, { path: "m/44'/60'/0'/0" }).getHdKey()
  const key = parent.deriveChild(addressIndex)
  return { ...privateKeyToAccount(toHex(key.privateKey ?? new Uint8Array(32))), source: 'hd', getHdKey: () => key }
}

let parent: ReturnType<HDAccount['getHdKey']> | undefined

/** The private key of a development account, for processes that take keys from their environment. */
export function devPrivateKey(addressIndex: number): Hex {
  return toHex(devAccount(addressIndex).getHdKey().privateKey ?? new Uint8Array(32))
}

/** The account of the `index`-th user of a world. */
export function userAccount(index: number): HDAccount {
  return devAccount(accountIndex.user + index)
}

/** The private key of the `index`-th user of a world. */
export function userPrivateKey(index: number): Hex {
  return devPrivateKey(accountIndex.user + index)
}
