import { zeroHash } from 'viem'
import { leadsTo } from '../chain.ts'
import { type Loop, startLoop } from '../ops/loop.ts'
import { checkpoint } from '../store/attestations.ts'
import type { Context } from '../watcherContext.ts'

/** How many messages behind the lowest one that waits anywhere everything is kept. */
const margin = 2 * checkpoint

/** Forgets attestations that no delivery needs any more: the store stays as large as what is under way. */
export function startPruning(context: Context): Loop {
  const work = () => prune(context)
  return startLoop({ name: 'prune', everyMs: 60_000, work, log: context.log, wait: context.outside.wait })
}

/** Keeps, of each lane, checkpoints, and whatever lies near messages that are not over everywhere; and of sets of watchers those that count. */
export async function prune({ chains, lanes, store, vault }: Context): Promise<void> {
  for (const lane of lanes.values()) {
    const { laneKey } = lane
    const waiting = [...chains.values()]
      .filter(({ chainId }) => leadsTo(lane, chainId))
      .map(({ chainId }) => store.deliveries.lowestPending({ laneKey, chainId }) ?? store.messages.count(laneKey))
    const below = Math.floor((Math.min(...waiting) - margin) / checkpoint) * checkpoint
    if (waiting.length === 0 || below <= 0) continue
    store.attestations.prune({ laneKey, below })
    if (vault.has({ role: 'attest', chainId: lane.originChainId })) await vault.prune({ laneKey, below })
  }
  const setIds = [...chains.values()].map(({ roster }) => roster?.setId ?? zeroHash)
  // A chain that was not asked yet, or has no watchers yet, may count any of them.
  if (!setIds.includes(zeroHash)) store.attestations.keepSets(setIds)
}
