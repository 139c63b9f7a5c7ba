import type { Address } from 'viem'

/** Who acts on a task: an account, and the chain on which it lives. */
export type Actor = { readonly chainId: number; readonly account: Address }
