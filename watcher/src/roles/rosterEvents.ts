import { watcherSetAbi } from '@hanse/sdk/abis'
import { finalityKindValues } from '@hanse/sdk/enums'
import type { SyncLog } from '@hanse/sdk/sync'
import { getAbiItem, parseEventLogs, toEventSelector } from 'viem'
import type { ChainConfig } from '../config.ts'
import type { Context } from '../watcherContext.ts'
import { toViemLog } from './viemLog.ts'

const adopted = getAbiItem({ abi: watcherSetAbi, name: 'RosterAdopted' })
const adoptedTopic = toEventSelector(adopted)

/** Keeps what a new set of watchers promises about the finality of each chain, and has the roster read again. */
export function noteRosters({ logs, config, context }: { logs: readonly SyncLog[]; config: ChainConfig; context: Context }): void {
  const own = logs.filter((log) => log.address === config.deployment.watcherSet)
  if (own.length === 0) return
  const rosters = own.filter((log) => log.topics[0] === adoptedTopic)
  for (const { args } of parseEventLogs({ abi: [adopted], logs: rosters.map(toViemLog) })) {
    for (const { chainId, kind, depth } of args.policies) {
      const name = finalityKindValues[kind]
      const finality = name === 'Depth' ? ({ kind: 'depth', depth } as const) : ({ kind: name === 'Safe' ? 'safe' : 'finalized' } as const)
      context.store.policies.add({ setId: args.setId, chainId: Number(chainId), finality })
    }
  }
  context.events.emit('roster', config.chainId)
}
