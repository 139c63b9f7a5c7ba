import { type Address, getAddress, numberToHex } from 'viem'

/** An account on a chain. Equal addresses on two chains are two authors. */
export type Author = { readonly chainId: number; readonly account: Address }

/** Reads the word that stands for an author in events and topics: an account of the home chain is its address, another has its chain id above it. */
export function toAuthor(word: bigint, { homeChainId }: { readonly homeChainId: number }): Author {
  const chainId = Number(word >> 160n)
  return {
    chainId: chainId === 0 ? homeChainId : chainId,
    account: getAddress(numberToHex(word & ((1n << 160n) - 1n), { size: 20 })),
  }
}

/** The word that stands for an author at home. */
export function fromAuthor({ chainId, account }: Author, { homeChainId }: { readonly homeChainId: number }): bigint {
  return chainId === homeChainId ? BigInt(account) : (BigInt(chainId) << 160n) | BigInt(account)
}
