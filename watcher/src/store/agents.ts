import type { DatabaseSync } from 'node:sqlite'
import type { Address, Hex } from 'viem'
import { hex, integer, type Row, text } from './rows.ts'

/** An agent as final events of a registry tell of it. */
export type StoredAgent = {
  readonly chainId: number
  readonly agentId: Hex
  readonly controller: Address
  /** Seconds until which it says that it lives. */
  readonly liveUntil: number
  /** Its profile as JSON. */
  readonly profile: string
  readonly isRetired: boolean
}

/** Opens the table of agents. */
export function createAgents(database: DatabaseSync) {
  const insert = database.prepare(
    'insert into agent (chain_id, agent_id, controller, live_until, profile, is_retired) values (?, ?, ?, ?, ?, 0) on conflict (chain_id, agent_id) do nothing',
  )
  const profile = database.prepare('update agent set profile = ? where chain_id = ? and agent_id = ?')
  const live = database.prepare('update agent set live_until = ? where chain_id = ? and agent_id = ?')
  const retire = database.prepare('update agent set is_retired = 1 where chain_id = ? and agent_id = ?')
  const page = database.prepare('select * from agent where chain_id = ? and agent_id > ? and is_retired = 0 order by agent_id limit ?')
  const byId = database.prepare('select * from agent where agent_id = ?')
  const byController = database.prepare('select 1 from agent where controller = ? and is_retired = 0 limit 1')

  return {
    register: ({ chainId, agentId, controller, liveUntil, profile: card }: Omit<StoredAgent, 'isRetired'>): void => {
      insert.run(chainId, agentId, controller.toLowerCase(), liveUntil, card)
    },
    update: ({ chainId, agentId, profile: card }: Pick<StoredAgent, 'chainId' | 'agentId' | 'profile'>): void => {
      profile.run(card, chainId, agentId)
    },
    heartbeat: ({ chainId, agentId, liveUntil }: Pick<StoredAgent, 'chainId' | 'agentId' | 'liveUntil'>): void => {
      live.run(liveUntil, chainId, agentId)
    },
    retire: ({ chainId, agentId }: Pick<StoredAgent, 'chainId' | 'agentId'>): void => {
      retire.run(chainId, agentId)
    },
    /** Agents that have not retired, by id, after one. */
    page: ({ chainId, after, limit }: { chainId: number; after: string; limit: number }): readonly StoredAgent[] =>
      page.all(chainId, after, limit).map(toAgent),
    byId: (agentId: Hex): readonly StoredAgent[] => byId.all(agentId).map(toAgent),
    /** Whether an account controls an agent on some chain. */
    isController: (account: Address): boolean => byController.get(account.toLowerCase()) !== undefined,
  }
}

function toAgent(row: Row): StoredAgent {
  return {
    chainId: integer(row, 'chain_id'),
    agentId: hex(row, 'agent_id'),
    controller: hex(row, 'controller'),
    liveUntil: integer(row, 'live_until'),
    profile: text(row, 'profile'),
    isRetired: integer(row, 'is_retired') === 1,
  }
}
