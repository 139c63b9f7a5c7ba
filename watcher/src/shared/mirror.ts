import type { Address } from 'viem'
import type { GuardRow } from '../store/signGuard.ts'
import type { VaultParts } from './parts.ts'
import type { ChainGuardRow, Duty } from './types.ts'
import type { Account } from './vault.ts'

/** The copy, in the store here, of what the processes of a watcher share. */
export type Mirror = ReturnType<typeof createMirror>

/** Milliseconds for which a change may be on its way to being visible: no call takes longer. */
const settling = 5_000

/** Both ways of rows that somebody signed: what is known here to the shared store, and its changes here. */
function createCopies({ shared, store, lanes, log, metrics, deliverer, chains }: VaultParts, id: () => Promise<string>) {
  const { guard, ledger, marks } = store
  const withChain = (row: GuardRow): ChainGuardRow => ({ ...row, chainId: lanes.get(row.laneKey)?.originChainId ?? 0 })

  function tellConflicts(rows: readonly GuardRow[]): void {
    for (const { setId, laneKey, nonce, head } of rows) {
      metrics.signRefused.inc({ reason: 'own-signature-elsewhere' })
      log.error({ setId, laneKey, nonce, head }, 'the shared store holds another head than this process noted')
    }
  }

  /** Brings everything that is known here to the shared store. */
  async function bring(): Promise<void> {
    for (const rows of guard.pages()) {
      const byChain = Map.groupBy(rows.map(withChain), ({ chainId }) => chainId)
      // One chain at a time: each call holds the row of one duty only.
      for (const group of byChain.values()) tellConflicts(await shared.learn(group))
    }
    const sender = deliverer?.address
    const open = sender === undefined ? [] : [...chains.keys()].flatMap((chainId) => ledger.open({ chainId, sender }))
    if (open.length > 0) await shared.adopt(open.map(({ id: _, ...row }) => row))
  }

  async function copyGuard(chainId: number): Promise<void> {
    const what = `guard ${chainId}`
    for (;;) {
      const from = marks.find(await id(), what)
      const { rows, version } = await shared.guardSince({ chainId, version: from })
      tellConflicts(guard.mirror(rows))
      if (version === from) return
      marks.set(await id(), what, version)
    }
  }

  async function copyLedger({ chainId, sender }: Account): Promise<void> {
    const what = `ledger ${chainId} ${sender}`
    for (;;) {
      const from = marks.find(await id(), what)
      const hashes = from === 0 ? ledger.open({ chainId, sender }).map(({ hash }) => hash) : []
      const { rows, version } = await shared.ledgerSince({ chainId, sender, version: from, hashes })
      ledger.mirror(rows)
      if (version === from) return
      marks.set(await id(), what, version)
    }
  }

  return { bring, copyGuard, copyLedger }
}

/** Opens the copy. */
export function createMirror(parts: VaultParts & { onRestored: () => void }) {
  const { shared, store, name, log, metrics, now, onRestored } = parts
  const { marks } = store
  let storeId: string | undefined
  let seen = { version: -1, at: 0, isCopied: false }

  const id = async (): Promise<string> => {
    storeId ??= await shared.open({ name })
    return storeId
  }
  const { bring, copyGuard, copyLedger } = createCopies(parts, id)

  return {
    /** The first time: this process may have been alone before, and what it signed then counts for all. */
    async moveIn(): Promise<void> {
      const there = await id()
      if (marks.find(there, 'moved') > 0) return
      await bring()
      marks.set(there, 'moved', 1)
    },
    ledger: copyLedger,
    /** Copies what changed, if anything may have. */
    async follow({ version, duties, sender }: { version: number; duties: readonly Duty[]; sender: Address | undefined }): Promise<void> {
      const there = await id()
      if (version < marks.top(there)) {
        log.error({ version, known: marks.top(there) }, 'the shared store is an older copy of itself: it is told what is known here')
        metrics.sharedWentBack.inc({})
        onRestored()
        marks.clear(there)
        await bring()
        marks.set(there, 'moved', 1)
      }
      if (version !== seen.version) seen = { version, at: now(), isCopied: false }
      if (seen.isCopied && now() - seen.at > settling) return
      for (const { role, chainId } of duties) {
        if (role === 'attest') await copyGuard(chainId)
        else if (sender !== undefined) await copyLedger({ chainId, sender: `0x${sender.slice(2).toLowerCase()}` })
      }
      seen = { ...seen, isCopied: true }
    },
  }
}
