import type { Config } from '../config.ts'
import { RotationRefusedError } from '../errors.ts'
import type { Store } from '../store/sqlite.ts'
import type { openAccount } from './open.ts'
import { switchableAccount } from './switchable.ts'
import type { HeadSigner, TransactionSigner } from './types.ts'

type Account = ReturnType<typeof switchableAccount>

/** The accounts of a watcher, which can be replaced while it runs. */
export type Keys = {
  readonly attester: HeadSigner | undefined
  readonly deliverer: TransactionSigner | undefined
  /** Opens the key of a role where the configuration says now; gives its address. */
  rotate(role: 'attester' | 'deliverer', options: { readonly store: Store; readonly reload: () => Config }): Promise<string>
}

/** Opens the keys that a configuration names. */
export function openKeys({ config, environment, outside }: openKeys.Parameters): Keys {
  const open = (role: 'attester' | 'deliverer', from: Config) => {
    const key = from[role]
    return key === undefined ? undefined : outside.openAccount({ role, key, environment })
  }
  const first = { attester: open('attester', config), deliverer: open('deliverer', config) }
  const accounts: Readonly<Record<'attester' | 'deliverer', Account | undefined>> = {
    attester: first.attester && switchableAccount(first.attester),
    deliverer: first.deliverer && switchableAccount(first.deliverer),
  }
  return {
    ...accounts,
    async rotate(role, { store, reload }) {
      const account = accounts[role]
      const next = open(role, reload())
      if (account === undefined || next === undefined)
        throw new RotationRefusedError({
          role,
          detail: 'it had no key, or would have none',
          help: 'Name the key in the configuration and start the watcher again.',
        })
      const waiting =
        role === 'deliverer'
          ? config.chains.filter(({ chainId }) => store.ledger.open({ chainId, sender: account.address }).length > 0)
          : []
      if (waiting.length > 0) {
        const chains = waiting.map(({ chainId }) => chainId).join()
        const help = 'Pause deliver and keep, wait until the ledger shows none that is live or mined, then rotate.'
        throw new RotationRefusedError({ role, detail: `${account.address} still has transactions under way on ${chains}`, help })
      }
      account.become(next)
      return next.address
    },
  }
}

export declare namespace openKeys {
  type Parameters = {
    config: Config
    environment: Readonly<Record<string, string | undefined>>
    outside: { readonly openAccount: typeof openAccount }
  }
}
