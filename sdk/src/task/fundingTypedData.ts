import type { Address, Hex, TypedDataDomain } from 'viem'
import { type Terms, totalOf } from './terms.ts'

/** Permit2, at the same address on every chain. */
export const permit2Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3'

/** What a payer signs to pay for one task (EIP-712): to Permit2, or to the token itself (EIP-3009). */
export const fundingTypes = {
  PermitWitnessTransferFrom: [
    { name: 'permitted', type: 'TokenPermissions' },
    { name: 'spender', type: 'address' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
    { name: 'taskId', type: 'bytes32' },
  ],
  TokenPermissions: [
    { name: 'token', type: 'address' },
    { name: 'amount', type: 'uint256' },
  ],
  ReceiveWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

/** What every payment names: the task with its terms, and the contract `TaskFunding` on its home. */
export type Funded = { readonly chainId: number; readonly funding: Address; readonly taskId: Hex; readonly terms: Terms }

/** What a payer signs so that Permit2 pays for one task: see `openWithPermit`. */
export function paymentPermitTypedData(
  parameters: Funded & {
    /** Any number that the payer has not used with Permit2. */
    readonly nonce: bigint
    /** Absolute seconds. */
    readonly deadline: bigint
    /** Default: where it is on every chain. */
    readonly permit2?: Address
  },
) {
  const { chainId, funding, taskId, terms, nonce, deadline, permit2 = permit2Address } = parameters
  const { PermitWitnessTransferFrom, TokenPermissions } = fundingTypes
  return {
    domain: { name: 'Permit2', chainId, verifyingContract: permit2 } as const satisfies TypedDataDomain,
    types: { PermitWitnessTransferFrom, TokenPermissions },
    primaryType: 'PermitWitnessTransferFrom',
    message: { permitted: { token: terms.token, amount: totalOf(terms) }, spender: funding, nonce, deadline, taskId },
  } as const
}

/** What a payer signs so that the token itself pays for one task: see `openWithAuthorization`. The id of the task is the nonce. */
export function paymentAuthorizationTypedData(
  parameters: Funded & {
    readonly payer: Address
    /** Seconds after which it counts. */
    readonly validAfter: bigint
    /** Seconds before which it counts. */
    readonly validBefore: bigint
    /** Name and version of the token's EIP-712 domain. */
    readonly token: { readonly name: string; readonly version: string }
  },
) {
  const { chainId, funding, taskId, terms, payer, validAfter, validBefore, token } = parameters
  return {
    domain: { ...token, chainId, verifyingContract: terms.token } satisfies TypedDataDomain,
    types: { ReceiveWithAuthorization: fundingTypes.ReceiveWithAuthorization },
    primaryType: 'ReceiveWithAuthorization',
    message: { from: payer, to: funding, value: totalOf(terms), validAfter, validBefore, nonce: taskId },
  } as const
}
