import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import { laneFunction } from '../abis/gateway.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const gatewayAbi = [laneFunction] as const

/** What `getLane` takes. */
export type GetLaneParameters = ReadParameters & {
  /** Zero: the broadcast lane. */
  readonly destinationChainId: number
}

/** How far a lane has come on its origin: `nonce` messages fold to `head`. */
export type LaneHead = { readonly nonce: bigint; readonly head: Hex }

/**
 * How many messages a chain's gateway has sent to another chain, and the head they fold to.
 *
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value, freshness } = await gateway.getLane(client, { chainId: 1, destinationChainId: 10, at: 'final' })
 * console.log(value.nonce, freshness.blockNumber)
 * ```
 */
export const getLane = /* @__PURE__ */ defineRead<GetLaneParameters, LaneHead>(
  'gateway.getLane',
  async ({ connection, chain, blockNumber }, { destinationChainId }) => {
    const from = { abi: gatewayAbi, address: chain.deployment.gateway, blockNumber } as const
    const [nonce, head] = await readContract(connection, { ...from, functionName: 'lane', args: [BigInt(destinationChainId)] })
    return { nonce, head }
  },
)
