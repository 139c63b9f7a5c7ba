import { type Hex, zeroHash } from 'viem'
import { readContract } from 'viem/actions'
import { pendingRotationFunction } from '../abis/watcherSet.ts'
import { defineRead } from '../actions/defineRead.ts'
import type { WatcherSetParameters } from './getRoster.ts'

const watcherSetAbi = [pendingRotationFunction] as const

/** A next generation of watchers that was chosen, and waits. */
export type PendingRotation = {
  readonly nextSetId: Hex
  /** From then on anyone may complete it: absolute seconds. */
  readonly readyAt: number
}

/**
 * The rotation of watchers that waits on a chain, or undefined.
 *
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.getPendingRotation(client, { chainId: 10 })
 * if (value !== undefined) console.log(value.nextSetId, value.readyAt)
 * ```
 */
export const getPendingRotation = /* @__PURE__ */ defineRead<WatcherSetParameters, PendingRotation | undefined>(
  'gateway.getPendingRotation',
  async ({ connection, chain, blockNumber }, { watcherSet = chain.deployment.watcherSet }) => {
    const from = { abi: watcherSetAbi, address: watcherSet, blockNumber } as const
    const [nextSetId, readyAt] = await readContract(connection, { ...from, functionName: 'pendingRotation' })
    return nextSetId === zeroHash ? undefined : { nextSetId, readyAt }
  },
)
