import { readContract } from 'viem/actions'
import { type MessageStatus, messageStatusValues } from '../abis/enums.ts'
import { statusOfFunction } from '../abis/gateway.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { enumValue } from '../enumValue.ts'
import type { Lane } from './lane.ts'

const gatewayAbi = [statusOfFunction] as const

/** What `getStatus` takes. */
export type GetStatusParameters = ReadParameters & { readonly lane: Lane; readonly nonce: bigint }

/**
 * Where a message stands on its destination. Never vouches for content: a nonce that the origin never reached is `Pending` too.
 *
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.getStatus(client, { chainId: 10, lane, nonce: 3n })
 * if (value === 'Failed') console.log('anyone may retry it')
 * ```
 */
export const getStatus = /* @__PURE__ */ defineRead<GetStatusParameters, MessageStatus>(
  'gateway.getStatus',
  async ({ connection, chain, blockNumber }, { lane, nonce }) => {
    const from = { abi: gatewayAbi, address: chain.deployment.gateway, blockNumber } as const
    return enumValue(messageStatusValues, await readContract(connection, { ...from, functionName: 'statusOf', args: [lane, nonce] }))
  },
)
