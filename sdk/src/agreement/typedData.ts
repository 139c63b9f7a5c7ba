import type { Address, Hex, TypedDataDomain } from 'viem'
import type { Intent } from './types.ts'

/** What ERC-8001 has people sign (EIP-712). */
export const agreementTypes = {
  AgentIntent: [
    { name: 'payloadHash', type: 'bytes32' },
    { name: 'expiry', type: 'uint64' },
    { name: 'nonce', type: 'uint64' },
    { name: 'agentId', type: 'address' },
    { name: 'coordinationType', type: 'bytes32' },
    { name: 'coordinationValue', type: 'uint256' },
    { name: 'participants', type: 'address[]' },
  ],
  AcceptanceAttestation: [
    { name: 'intentHash', type: 'bytes32' },
    { name: 'participant', type: 'address' },
    { name: 'nonce', type: 'uint64' },
    { name: 'expiry', type: 'uint64' },
    { name: 'conditionsHash', type: 'bytes32' },
  ],
} as const

/** Where an agreement is made. */
export type AgreementHome = { readonly chainId: number; readonly agreements: Address }

/** The domain of ERC-8001. */
export function agreementDomain({ chainId, agreements }: AgreementHome): TypedDataDomain {
  return { name: 'ERC-8001', version: '1', chainId, verifyingContract: agreements }
}

/** What a proposer signs. */
export function intentTypedData({ intent, ...home }: AgreementHome & { readonly intent: Intent }) {
  return { domain: agreementDomain(home), types: agreementTypes, primaryType: 'AgentIntent', message: intent } as const
}

/** What a participant signs. */
export function acceptanceTypedData({
  intentHash,
  participant,
  expiry,
  conditionsHash,
  nonce = 0n,
  ...home
}: AgreementHome & {
  readonly intentHash: Hex
  readonly participant: Address
  /** Absolute seconds: the acceptance no longer counts at this one. */
  readonly expiry: bigint
  readonly conditionsHash: Hex
  /** Default 0, which `agree` needs. */
  readonly nonce?: bigint
}) {
  const message = { intentHash, participant, nonce, expiry, conditionsHash }
  return { domain: agreementDomain(home), types: agreementTypes, primaryType: 'AcceptanceAttestation', message } as const
}
