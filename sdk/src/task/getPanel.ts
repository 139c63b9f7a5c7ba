import type { Address } from 'viem'
import { readContract } from 'viem/actions'
import { panelOfFunction } from '../abis/quorumPanels.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { orderedJudges } from './panel.ts'

const quorumPanelsAbi = [panelOfFunction] as const

/** What `getPanel` takes. */
export type GetPanelParameters = ReadParameters & {
  /** The contract `QuorumPanels`. Default: that of the deployment. */
  readonly panels?: Address
  /** In any order, at most 48. */
  readonly judges: readonly Address[]
  /** How many of them give a verdict. */
  readonly quorum: number
}

/**
 * Where the panel of these judges is, or will be once somebody makes it.
 *
 * @throws JudgesWrong, PanelQuorumInvalid, JudgeInvalid: the contract's errors.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { value: panel } = await task.getPanel(client, { chainId: 1, judges: [one, two, three], quorum: 2 })
 * ```
 */
export const getPanel = /* @__PURE__ */ defineRead<GetPanelParameters, Address>(
  'task.getPanel',
  ({ connection, blockNumber, chain }, { panels = contractIn(chain.deployment, 'quorumPanels'), judges, quorum }) =>
    readContract(connection, {
      abi: quorumPanelsAbi,
      address: panels,
      blockNumber,
      functionName: 'panelOf',
      args: [orderedJudges(judges), quorum],
    }),
)
