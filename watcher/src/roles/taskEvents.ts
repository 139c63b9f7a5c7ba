import { taskEscrowAbi } from '@hanse/sdk/abis'
import type { SyncLog } from '@hanse/sdk/sync'
import { parseEventLogs } from 'viem'
import type { ChainConfig } from '../config.ts'
import { encodeTerms } from '../keep/terms.ts'
import type { Context } from '../watcherContext.ts'
import { toViemLog } from './viemLog.ts'

/** Keeps the terms of opened tasks and the work that was handed in, and looks again at every task that moved. */
export function noteTasks({ logs, isFinal, config, context }: noteTasks.Parameters): void {
  const { chainId, deployment } = config
  const own = logs.filter((log) => log.address === deployment.taskEscrow)
  if (own.length === 0) return
  for (const event of parseEventLogs({ abi: taskEscrowAbi, logs: own.map(toViemLog) })) {
    if (!('taskId' in event.args)) continue
    const { taskId } = event.args
    if (event.eventName === 'TaskOpened') context.store.tasks.open({ chainId, taskId, terms: encodeTerms(event.args.terms), isFinal })
    else if (isFinal) {
      if (event.eventName === 'TaskSubmitted') context.store.tasks.submit({ chainId, ...event.args })
      context.store.tasks.checkAt({ chainId, taskId, at: 0 })
    }
  }
}

export declare namespace noteTasks {
  type Parameters = { logs: readonly SyncLog[]; isFinal: boolean; config: ChainConfig; context: Context }
}
