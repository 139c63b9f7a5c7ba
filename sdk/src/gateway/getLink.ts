import { type Address, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { linkOfFunction, stoppedSecondsFunction } from '../abis/gateway.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import type { Lane } from './lane.ts'

const gatewayAbi = [linkOfFunction, stoppedSecondsFunction] as const

/** What `getLink` takes. */
export type GetLinkParameters = ReadParameters & { readonly lane: Lane }

/** What a destination knows of a lane. */
export type LaneLink = {
  readonly isLinked: boolean
  /** Who vouches for the lane's heads. */
  readonly verifier: Address
  /** Older messages never run here. */
  readonly firstNonce: bigint
  /** Absolute seconds; zero: the lane runs. */
  readonly stoppedUntil: number
  /** How long it has stood still in all. */
  readonly stoppedSeconds: number
}

/**
 * What is linked for a lane on its destination.
 *
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.getLink(client, { chainId: 10, lane })
 * if (!value.isLinked) console.log('not linked here')
 * ```
 */
export const getLink = /* @__PURE__ */ defineRead<GetLinkParameters, LaneLink>(
  'gateway.getLink',
  async ({ connection, chain, blockNumber }, { lane }) => {
    const from = { abi: gatewayAbi, address: chain.deployment.gateway, blockNumber } as const
    const [[verifier, firstNonce, stoppedUntil], stoppedSeconds] = await Promise.all([
      readContract(connection, { ...from, functionName: 'linkOf', args: [lane] }),
      readContract(connection, { ...from, functionName: 'stoppedSeconds', args: [lane] }),
    ])
    return { isLinked: verifier !== zeroAddress, verifier, firstNonce, stoppedUntil, stoppedSeconds }
  },
)
