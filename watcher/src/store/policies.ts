import type { DatabaseSync } from 'node:sqlite'
import type { Finality } from '@hanse/sdk'
import type { Hex } from 'viem'
import { text } from './rows.ts'

/** What each set of watchers promises about the finality of each chain. */
export type Policies = ReturnType<typeof createPolicies>

/** Opens the table of policies. */
export function createPolicies(database: DatabaseSync) {
  const insert = database.prepare('insert into policy (set_id, chain_id, finality) values (?, ?, ?) on conflict do nothing')
  const one = database.prepare('select finality from policy where set_id = ? and chain_id = ?')
  return {
    add: ({ setId, chainId, finality }: { setId: Hex; chainId: number; finality: Finality }): void => {
      insert.run(setId, chainId, JSON.stringify(finality))
    },
    find({ setId, chainId }: { setId: Hex; chainId: number }): Finality | undefined {
      const row = one.get(setId, chainId)
      return row === undefined ? undefined : JSON.parse(text(row, 'finality'))
    },
  }
}
