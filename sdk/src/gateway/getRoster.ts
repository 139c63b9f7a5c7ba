import { type Address, type Hex, zeroHash } from 'viem'
import { readContract } from 'viem/actions'
import { isMaskedFunction, quorumInForceFunction, rosterFunction, setIdFunction } from '../abis/watcherSet.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const watcherSetAbi = [isMaskedFunction, quorumInForceFunction, rosterFunction, setIdFunction] as const

/** What the reads of a watcher set take. */
export type WatcherSetParameters = ReadParameters & {
  /** Default: the one of the deployment. `getLink` tells which one vouches for a lane. */
  readonly watcherSet?: Address
}

/** Who vouches on a chain now. */
export type CurrentRoster = {
  /** Undefined: nobody vouches yet. */
  readonly setId: Hex | undefined
  /** Strictly ascending. */
  readonly members: readonly Address[]
  /** How many signatures are needed now: the generation's own number, or more while it is raised. */
  readonly quorum: number
  /** Members that signed two heads for one place, and no longer count. */
  readonly masked: readonly Address[]
}

/**
 * The generation of watchers that vouches on a chain, how many of them must sign, and who no longer counts.
 *
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.getRoster(client, { chainId: 10 })
 * console.log(`${value.quorum} of ${value.members.length}`)
 * ```
 */
export const getRoster = /* @__PURE__ */ defineRead<WatcherSetParameters, CurrentRoster>(
  'gateway.getRoster',
  async ({ connection, chain, blockNumber }, { watcherSet = chain.deployment.watcherSet }) => {
    const from = { abi: watcherSetAbi, address: watcherSet, blockNumber } as const
    const [setId, [members], quorum] = await Promise.all([
      readContract(connection, { ...from, functionName: 'setId' }),
      readContract(connection, { ...from, functionName: 'roster' }),
      readContract(connection, { ...from, functionName: 'quorumInForce' }),
    ])
    const isMasked = await Promise.all(
      members.map((member) => readContract(connection, { ...from, functionName: 'isMasked', args: [member] })),
    )
    return { setId: setId === zeroHash ? undefined : setId, members, quorum, masked: members.filter((_, index) => isMasked[index]) }
  },
)
