import { type Address, concat, getContractAddress, type Hex, keccak256 } from 'viem'

/** The keyless CREATE2 factory: call data is the salt and then the creation code. It has no owner and no state. */
export const keylessFactory: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

/** What its code hashes to. */
export const factoryCodeHash: Hex = '0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989'

/** Who signed its creation. Nobody knows the key: the signature was chosen, and the signer followed from it. */
export const keylessSigner: Address = '0x3fAB184622Dc19b6109349B94811493BF2a45362'

/** What that signer pays: 100,000 gas at 100 gwei. */
export const keylessCost = 10_000_000_000_000_000n

/** Creates the factory on any chain that accepts transactions without a chain id. Anyone may send it, at any time, once. */
export const keylessTransaction: Hex =
  '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222'

/** A contract to be created at an address that follows from its creation code alone. */
export type Creation = { readonly address: Address; readonly initCode: Hex; readonly initCodeHash: Hex; readonly data: Hex }

/**
 * Where a factory puts creation code, and the call data that makes it do so.
 *
 * @example
 * ```ts
 * import { creationOf, keylessFactory } from '@hanse/deploy'
 * import { concat } from 'viem'
 *
 * const { address } = creationOf({ factory: keylessFactory, salt, initCode: concat([bytecode, encodedArguments]) })
 * ```
 */
export function creationOf({ factory, salt, initCode }: { factory: Address; salt: Hex; initCode: Hex }): Creation {
  const initCodeHash = keccak256(initCode)
  const address = getContractAddress({ opcode: 'CREATE2', from: factory, salt, bytecodeHash: initCodeHash })
  return { address, initCode, initCodeHash, data: concat([salt, initCode]) }
}
