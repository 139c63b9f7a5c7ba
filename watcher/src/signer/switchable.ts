import type { HeadSigner, TransactionSigner } from './types.ts'

type Account = HeadSigner & TransactionSigner

/** An account that can become another one while everybody goes on using it. */
export function switchableAccount(first: Account): Account & { become(next: Account): void } {
  let current = first
  return {
    get address() {
      return current.address
    },
    signTypedData: (typedData) => current.signTypedData(typedData),
    signTransaction: (transaction, options) => current.signTransaction(transaction, options),
    become(next) {
      current = next
    },
  }
}
