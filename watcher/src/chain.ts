import { type Lane, laneKey } from '@hanse/sdk/gateway'
import type { Sync } from '@hanse/sdk/sync'
import type { Address, Hex } from 'viem'
import type { ChainConfig } from './config.ts'
import type { Rpc } from './rpc/client.ts'

/** The generation of watchers that vouches on one chain. Masked members do not count, but the quorum stays. */
export type Roster = {
  readonly setId: Hex
  readonly members: readonly Address[]
  readonly quorum: number
  readonly masked: readonly Address[]
}

/** One chain as the roles see it. */
export type Chain = {
  readonly chainId: number
  readonly config: ChainConfig
  readonly rpc: Rpc
  readonly sync: Sync
  /** Who vouches on this chain now; undefined until read. */
  roster: Roster | undefined
}

/** A lane with its key, as plain numbers. `destinationChainId` zero is the broadcast lane. */
export type LaneEntry = { readonly lane: Lane; readonly laneKey: Hex; readonly originChainId: number; readonly destinationChainId: number }

/** All lanes that leave a chain towards the configured ones. */
export function lanesFrom({ origin, chains }: { origin: ChainConfig; chains: readonly ChainConfig[] }): readonly LaneEntry[] {
  const destinations = [...chains.map(({ chainId }) => chainId).filter((chainId) => chainId !== origin.chainId), 0]
  return destinations.map((destinationChainId) => {
    const lane = {
      originChainId: BigInt(origin.chainId),
      originGateway: origin.deployment.gateway,
      destinationChainId: BigInt(destinationChainId),
    }
    return { lane, laneKey: laneKey(lane), originChainId: origin.chainId, destinationChainId }
  })
}

/** Whether messages of a lane may run on a chain. */
export function leadsTo({ originChainId, destinationChainId }: LaneEntry, chainId: number): boolean {
  return originChainId !== chainId && (destinationChainId === chainId || destinationChainId === 0)
}
