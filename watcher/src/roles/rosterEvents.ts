import { watcherSetAbi } from '@hanse/sdk/abis'
import { finalityKindValues } from '@hanse/sdk/enums'
import type { SyncLog } from '@hanse/sdk/sync'
import { parseEventLogs } from 'viem'
import type { ChainConfig } from '../config.ts'
import type { Context } from '../watcherContext.ts'
import { toViemLog } from './viemLog.ts'

/** Keeps what a new set of watchers promises about the finality of each chain, and has the roster read again. */
export function noteRosters({ logs, config, context }: { logs: readonly SyncLog[]; config: ChainConfig; context: Context }): void {
  const own = logs.filter((log) => log.address === config.deployment.watcherSet)
  if (own.length === 0) return
  for (const { args } of parseEventLogs({ abi: watcherSetAbi, eventName: 'RosterAdopted', logs: own.map(toViemLog) })) {
    for (const { chainId, kind, depth } of args.policies) {
      const name = finalityKindValues[kind]
      const finality = name === 'Depth' ? ({ kind: 'depth', depth } as const) : ({ kind: name === 'Safe' ? 'safe' : 'finalized' } as const)
      context.store.policies.add({ setId: args.setId, chainId: Number(chainId), finality })
    }
  }
  context.events.emit('roster', config.chainId)
}
