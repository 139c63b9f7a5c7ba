import { decodeState, encodeState, type SyncState, type SyncStore } from '@hanse/sdk/sync'
import { createAgents } from './agents.ts'
import { createAttestations, createEvidence } from './attestations.ts'
import { createDeliveries } from './deliveries.ts'
import { createEnvelopes } from './envelopes.ts'
import { createHalts } from './halts.ts'
import { createMarks } from './marks.ts'
import { createMessages } from './messages.ts'
import { openDatabases, openDatabase as openFile, transact } from './open.ts'
import { createPauses } from './pauses.ts'
import { createPolicies } from './policies.ts'
import { text } from './rows.ts'
import { createSignGuard } from './signGuard.ts'
import { createTasks } from './tasks.ts'
import { createLedger } from './transactions.ts'

/** What is known of a chain of which only a halt is left. */
const nothing: SyncState = { scope: '', final: undefined, lanes: [], tail: [], halt: undefined }

/** Everything that a watcher remembers. */
export type Store = ReturnType<typeof createStore>

/** Opens the store of a data directory: `vault.sqlite` for what was signed and sent, `cache.sqlite` for what can be read again. */
export function createStore({
  dataDir,
  openDatabase = openFile,
}: Pick<openDatabases.Parameters, 'dataDir'> & Partial<openDatabases.Parameters>) {
  const databases = openDatabases({ dataDir, openDatabase })
  const { vault, cache } = databases
  const load = cache.prepare('select state from sync_state where chain_id = ?')
  const save = cache.prepare('insert into sync_state (chain_id, state) values (?, ?) on conflict do update set state = excluded.state')
  const clear = cache.prepare('delete from sync_state where chain_id = ?')
  const halts = createHalts(vault)
  const sync: SyncStore = {
    load: async (chainId) => {
      const row = load.get(chainId)
      const state = row === undefined ? undefined : decodeState(text(row, 'state'))
      // An old copy of the vault does not know of it: noted there again, before the cache loses it too.
      if (state?.halt !== undefined) halts.add(chainId, state.halt)
      const halt = halts.find(chainId)
      return halt === undefined ? state : { ...(state ?? nothing), halt }
    },
    save: async (chainId, state) => {
      // A halt outlives whatever happens to the rest.
      if (state.halt !== undefined) halts.add(chainId, state.halt)
      save.run(chainId, encodeState(state))
    },
  }
  return {
    sync,
    /** Why a chain stands still, as it is on disk. */
    haltOf: (chainId: number) => halts.find(chainId),
    /** Forgets how far a chain was read, its halt included. */
    clearSync: (chainId: number): void => {
      halts.clear(chainId)
      clear.run(chainId)
    },
    agents: createAgents(cache),
    envelopes: createEnvelopes(cache),
    messages: createMessages(cache),
    attestations: createAttestations(cache),
    evidence: createEvidence(vault),
    deliveries: createDeliveries(cache),
    policies: createPolicies(cache),
    tasks: createTasks(cache),
    pauses: createPauses(vault),
    guard: createSignGuard(vault),
    ledger: createLedger(vault),
    marks: createMarks(vault),
    /** Runs writes to the cache as one. */
    transact: <result>(work: () => result): result => transact(cache, work),
    close: databases.close,
  }
}
