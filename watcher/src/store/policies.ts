import type { DatabaseSync } from 'node:sqlite'
import type { Finality } from '@hanse/sdk'
import type { Hex } from 'viem'
import { createMemo } from './memo.ts'
import { text } from './rows.ts'

/** Opens the table of policies. */
export function createPolicies(database: DatabaseSync) {
  const insert = database.prepare('insert into policy (set_id, chain_id, finality) values (?, ?, ?) on conflict do nothing')
  const one = database.prepare('select finality from policy where set_id = ? and chain_id = ?')
  const known = createMemo<Finality | undefined>(database)
  return {
    add: ({ setId, chainId, finality }: { setId: Hex; chainId: number; finality: Finality }): void => {
      insert.run(setId, chainId, JSON.stringify(finality))
      known.forget()
    },
    find: ({ setId, chainId }: { setId: Hex; chainId: number }): Finality | undefined =>
      known.get(`${setId}${chainId}`, () => {
        const row = one.get(setId, chainId)
        return row === undefined ? undefined : JSON.parse(text(row, 'finality'))
      }),
  }
}
