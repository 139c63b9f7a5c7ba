import type { Chain, LaneEntry } from '../chain.ts'
import type { Config } from '../config.ts'
import { KeyMissingError } from '../errors.ts'
import type { VaultParts } from './parts.ts'
import { createSharedVault, type SharedVault } from './sharedVault.ts'
import type { OpenShared, SharedStore } from './types.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Opens what the processes of a watcher share, where the configuration names it.
 *
 * @throws KeyMissingError when the environment has no url of it.
 */
export function openVault({ config, environment, outside, ...parts }: openVault.Parameters): SharedVault | undefined {
  if (config.shared === undefined) return undefined
  const shared = openShared({ config: config.shared, environment, outside })
  const { schema, leaseMs } = config.shared
  const { name, roles } = config
  return createSharedVault({ ...parts, shared, schema, leaseMs, name, roles, wait: outside.wait, now: outside.now })
}

export declare namespace openVault {
  type Parameters = {
    config: Config
    environment: Environment
    outside: { readonly openShared: OpenShared } & Pick<VaultParts, 'now' | 'wait'>
    chains: ReadonlyMap<number, Chain>
    lanes: ReadonlyMap<string, LaneEntry>
  } & Pick<VaultParts, 'store' | 'deliverer' | 'events' | 'metrics' | 'log'>
}

type Opening = {
  config: NonNullable<Config['shared']>
  environment: Environment
  outside: { readonly openShared: OpenShared }
}

/**
 * Opens the store itself.
 *
 * @throws KeyMissingError when the environment has no url of it.
 */
export function openShared({ config: { urlEnv, schema, leaseMs }, environment, outside }: Opening): SharedStore {
  const url = environment[urlEnv] ?? ''
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new KeyMissingError({ role: 'shared store', variable: urlEnv, what: 'the url of a Postgres database' })
  return outside.openShared({ url, schema, timeoutMs: Math.max(500, Math.floor(leaseMs / 2)) })
}
