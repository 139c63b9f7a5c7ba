import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import { currentFunction, epochOfFunction, hashesOfFunction, homeOfFunction } from '../abis/charters.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const chartersAbi = [currentFunction, epochOfFunction, hashesOfFunction, homeOfFunction] as const

/** What `getCharter` takes. */
export type GetCharterParameters = ReadParameters & {
  readonly charterId: Hex
  /** Default: the current one of that chain. */
  readonly epoch?: number
}

/** An epoch of a charter as one chain knows it. */
export type CharterView = {
  readonly homeChainId: number
  readonly epoch: number
  readonly quorum: number
  readonly memberCount: number
  readonly isConflicting: boolean
  readonly isMembersOnly: boolean
  /** Whether this chain knows who the members are: a mirror is told by `writeMembers`. */
  readonly hasMembers: boolean
  readonly membersHash: Hex
  readonly documentHash: Hex
}

/**
 * A charter as a chain knows it, at home or as a mirror; undefined when it knows nothing of it.
 *
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * const { value } = await charter.getCharter(client, { chainId: 10, charterId })
 * console.log(value?.epoch, value?.homeChainId)
 * ```
 */
export const getCharter = /* @__PURE__ */ defineRead<GetCharterParameters, CharterView | undefined>(
  'charter.getCharter',
  async ({ connection, chain, blockNumber }, { charterId, epoch: wanted }) => {
    const place = { abi: chartersAbi, address: contractIn(chain.deployment, 'charters'), blockNumber } as const
    const epoch =
      wanted === undefined
        ? await readContract(connection, { ...place, functionName: 'current', args: [charterId] })
        : await readContract(connection, { ...place, functionName: 'epochOf', args: [charterId, wanted] })
    if (epoch.number === 0) return undefined
    const [home, [membersHash, documentHash]] = await Promise.all([
      readContract(connection, { ...place, functionName: 'homeOf', args: [charterId] }),
      readContract(connection, { ...place, functionName: 'hashesOf', args: [charterId, epoch.number] }),
    ])
    const { quorum, memberCount, isConflicting, isMembersOnly } = epoch
    const known = { quorum, memberCount, isConflicting, isMembersOnly, membersHash, documentHash }
    return { homeChainId: Number(home), epoch: epoch.number, hasMembers: BigInt(epoch.members) !== 0n, ...known }
  },
)
