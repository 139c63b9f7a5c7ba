import { lanesFrom } from './chain.ts'
import type { Config } from './config.ts'
import { ConfigInvalidError } from './errors.ts'
import { realOutside } from './realOutside.ts'
import { openShared } from './shared/open.ts'
import { createStore } from './store/sqlite.ts'

/**
 * Lets a chain be read again from its start after a person has found out why it was halted. What was signed stays signed: where the chain now says
 * something else, this watcher refuses to sign until the set of watchers has changed.
 *
 * @throws ConfigInvalidError when the chain is not configured.
 */
export async function clearHalt({ config, chainId, environment }: clearHalt.Parameters): Promise<void> {
  const origin = config.chains.find((chain) => chain.chainId === chainId)
  if (origin === undefined)
    throw new ConfigInvalidError(`Chain ${chainId} is not configured.`, {
      metaMessages: [`Known: ${config.chains.map((chain) => chain.chainId).join()}.`],
    })
  if (config.shared !== undefined) {
    const shared = openShared({ config: config.shared, environment, outside: realOutside })
    await shared
      .open(config)
      .then(() => shared.clearHalt(chainId))
      .finally(() => shared.close())
  }
  const store = createStore({ dataDir: config.dataDir })
  store.transact(() => {
    store.clearSync(chainId)
    for (const { laneKey } of lanesFrom({ origin, chains: config.chains })) store.messages.clear(laneKey)
  })
  store.close()
}

export declare namespace clearHalt {
  type Parameters = { config: Config; chainId: number; environment: Readonly<Record<string, string | undefined>> }
}
