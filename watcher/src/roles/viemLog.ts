import type { SyncLog } from '@hanse/sdk/sync'
import type { Hex, Log } from 'viem'

/** A log as viem has it. */
export function toViemLog(log: SyncLog): Log<bigint, number, false> {
  const [signature, ...rest] = log.topics
  const topics: [Hex, ...Hex[]] | [] = signature === undefined ? [] : [signature, ...rest]
  return { ...log, topics, transactionIndex: 0, removed: false }
}
