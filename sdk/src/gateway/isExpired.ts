import type { Address } from 'viem'
import { readContract } from 'viem/actions'
import { isExpiredFunction } from '../abis/gateway.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const gatewayAbi = [isExpiredFunction] as const

/** What `isExpired` takes. */
export type IsExpiredParameters = ReadParameters & {
  readonly destinationChainId: number
  /** The gateway there, whose report counts. */
  readonly destinationGateway: Address
  readonly nonce: bigint
}

/**
 * Whether a message's origin knows that it expired: its destination reported, with `reportExpired`, that it never ran and never will.
 *
 * @param parameters.chainId The origin.
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.isExpired(client, { chainId: 1, destinationChainId: 10, destinationGateway, nonce: 3n })
 * if (value) console.log('safe to take back what the message would have granted')
 * ```
 */
export const isExpired = /* @__PURE__ */ defineRead<IsExpiredParameters, boolean>(
  'gateway.isExpired',
  ({ connection, chain, blockNumber }, { destinationChainId, destinationGateway, nonce }) =>
    readContract(connection, {
      abi: gatewayAbi,
      address: chain.deployment.gateway,
      blockNumber,
      functionName: 'isExpired',
      args: [BigInt(destinationChainId), destinationGateway, nonce],
    }),
)
