// One process of a watcher that shares a store: chains without network, and all that the shared store decides.
import { numberToHex } from 'viem'
import { lanesFrom } from '../../../watcher/src/chain.ts'
import { parseConfig } from '../../../watcher/src/config.ts'
import { openPostgres } from '../../../watcher/src/shared/postgres.ts'
import { createSharedVault } from '../../../watcher/src/shared/sharedVault.ts'
import type { NewTransaction } from '../../../watcher/src/shared/vault.ts'
import type { GuardRow } from '../../../watcher/src/store/signGuard.ts'
import { configFor, createTestContext } from './context.ts'

export const deliverer = `0x${'d1'.repeat(20)}` as const
export const hash = (value: number) => numberToHex(value, { size: 32 })

/** Lanes of the two chains, those of chain 1 first. */
const { chains } = parseConfig(configFor({ dataDir: '.' }))
const lanes = chains.flatMap((origin) => lanesFrom({ origin, chains }))
export const laneKey = lanes[0]?.laneKey ?? hash(0)

/** A head at a place of the first lane of chain 1. */
export const guardRow = (nonce: number, head: number): GuardRow => ({
  setId: hash(5),
  laneKey,
  nonce,
  head: hash(head),
  policyHeight: 9n,
  at: 1,
})

/** A transaction of the deliverer on chain 1; `mark` makes it another one. */
export const transactionAt = (nonce: number, mark = nonce): NewTransaction => ({
  chainId: 1,
  sender: deliverer,
  nonce,
  hash: hash(1_000 + mark),
  raw: numberToHex(mark, { size: 8 }),
  maxFee: 3n,
  tip: 1n,
  purpose: { kind: 'retry', laneKey: hash(1), nonce: mark },
  request: { to: deliverer, data: '0x', gas: '21000' },
  at: 1,
})

/** Opens one. It begins to take duties when `begin` is called, or for one turn with `turn`. */
export function createReplica({
  url,
  schema,
  name = 't',
  leaseMs = 1_500,
  roles = ['sync', 'attest', 'deliver', 'keep'],
}: createReplica.Parameters) {
  const base = createTestContext({ now: Date.now })
  const { log, events, metrics, store, outside } = base.context
  const config = parseConfig(configFor({ dataDir: base.context.config.dataDir, roles, shared: { urlEnv: 'X', schema, leaseMs } }))
  const shared = openPostgres({ url, schema, timeoutMs: 1_000 })
  const parts = {
    store,
    chains: base.context.chains,
    lanes: base.context.lanes,
    events,
    metrics,
    log,
    roles,
    name,
    schema,
    leaseMs,
    now: Date.now,
    wait: outside.wait,
  }
  const vault = createSharedVault({ ...parts, shared, deliverer: { address: deliverer } })
  let loop: ReturnType<typeof vault.start> | undefined
  return {
    vault,
    shared,
    context: { ...base.context, config, vault },
    lanes: base.lanes,
    restored: 0,
    begin() {
      loop = vault.start({
        onNews: () => undefined,
        onRestored: () => {
          this.restored++
        },
      })
    },
    /** Ends; without giving its duties back it is as if it had died. */
    async end({ isSudden = false }: { isSudden?: boolean } = {}) {
      await loop?.stop()
      if (isSudden) await shared.close()
      else await vault.close()
      base.close()
    },
  }
}

export declare namespace createReplica {
  type Parameters = { url: string; schema: string; name?: string; leaseMs?: number; roles?: string[] }
}
