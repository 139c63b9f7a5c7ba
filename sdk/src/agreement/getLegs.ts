import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import { legStatusOfFunction, reportOfFunction } from '../abis/agreements.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const agreementsAbi = [legStatusOfFunction, reportOfFunction] as const

/** What became of a leg: `none` while nothing is known. */
export type LegStatusName = (typeof legStatuses)[number]

/** What may become of a leg, by the number of its status. */
export const legStatuses = ['none', 'done', 'failed', 'expired'] as const

/** What `getReport` takes: read at the charter's home. */
export type GetReportParameters = ReadParameters & {
  readonly legChainId: number
  readonly intentHash: Hex
  /** The leg's place in the plan. */
  readonly index: number
}

/**
 * What another chain reported of its leg, read at the charter's home.
 *
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const { value } = await agreement.getReport(client, { chainId: 1, legChainId: 10, intentHash, index: 0 })
 * ```
 */
export const getReport = /* @__PURE__ */ defineRead<GetReportParameters, LegStatusName>(
  'agreement.getReport',
  async ({ connection, chain, blockNumber }, { legChainId, intentHash, index }) => {
    const place = { abi: agreementsAbi, address: contractIn(chain.deployment, 'agreements'), blockNumber } as const
    const args = [BigInt(legChainId), intentHash, BigInt(index)] as const
    return legStatuses[await readContract(connection, { ...place, functionName: 'reportOf', args })] ?? 'none'
  },
)

/** What `getLeg` takes: read on the leg's own chain. */
export type GetLegParameters = ReadParameters & {
  readonly homeChainId: number
  readonly intentHash: Hex
  /** The leg's place in the plan. */
  readonly index: number
}

/** What became of a leg, read on its own chain. */
export const getLeg = /* @__PURE__ */ defineRead<GetLegParameters, LegStatusName>(
  'agreement.getLeg',
  async ({ connection, chain, blockNumber }, { homeChainId, intentHash, index }) => {
    const place = { abi: agreementsAbi, address: contractIn(chain.deployment, 'agreements'), blockNumber } as const
    const args = [BigInt(homeChainId), intentHash, BigInt(index)] as const
    return legStatuses[await readContract(connection, { ...place, functionName: 'legStatusOf', args })] ?? 'none'
  },
)
