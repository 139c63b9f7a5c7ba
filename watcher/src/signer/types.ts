import type { PrivateKeyAccount } from 'viem/accounts'

/** Signs heads. */
export type HeadSigner = Pick<PrivateKeyAccount, 'address' | 'signTypedData'>
/** Signs transactions. */
export type TransactionSigner = Pick<PrivateKeyAccount, 'address' | 'signTransaction'>
