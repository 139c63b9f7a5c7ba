import type { Address, Hex } from 'viem'
import { readContract } from 'viem/actions'
import { getCoordinationStatusFunction } from '../abis/agreements.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const agreementsAbi = [getCoordinationStatusFunction] as const

/** What `getStatus` takes. */
export type GetAgreementStatusParameters = ReadParameters & { readonly intentHash: Hex }

/** Where an intent may stand, by the number of its status in ERC-8001. */
export const agreementStatuses = ['none', 'proposed', 'ready', 'executed', 'cancelled', 'expired'] as const

/** An intent as its chain knows it. Of what was brought by `agree` at once, participants are not kept. */
export type AgreementView = {
  readonly status: (typeof agreementStatuses)[number]
  readonly proposer: Address
  readonly participants: readonly Address[]
  readonly acceptedBy: readonly Address[]
  /** Absolute seconds. */
  readonly expiry: bigint
}

/**
 * Where an intent stands.
 *
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const { value } = await agreement.getStatus(client, { chainId: 1, intentHash: proposal.intentHash })
 * console.log(value.status)
 * ```
 */
export const getStatus = /* @__PURE__ */ defineRead<GetAgreementStatusParameters, AgreementView>(
  'agreement.getStatus',
  async ({ connection, chain, blockNumber }, { intentHash }) => {
    const [status, proposer, participants, acceptedBy, expiry] = await readContract(connection, {
      abi: agreementsAbi,
      address: contractIn(chain.deployment, 'agreements'),
      blockNumber,
      functionName: 'getCoordinationStatus',
      args: [intentHash],
    })
    return { status: agreementStatuses[status] ?? 'none', proposer, participants, acceptedBy, expiry }
  },
)
