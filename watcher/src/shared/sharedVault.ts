import type { Address } from 'viem'
import { DutyLostError, SharedStoreError, SignConflictError, StoreUnusableError } from '../errors.ts'
import { reasonOf } from '../ops/log.ts'
import { type Loop, startLoop } from '../ops/loop.ts'
import type { Attestation } from '../store/attestations.ts'
import type { GuardRow } from '../store/signGuard.ts'
import type { Store } from '../store/sqlite.ts'
import { createDuties, type Duties } from './duties.ts'
import { createMirror, type Mirror } from './mirror.ts'
import type { VaultParts } from './parts.ts'
import type { DutyRole, SharedStore } from './types.ts'
import type { Vault } from './vault.ts'

/** Most attestations kept to be shown. */
const mostWaiting = 10_000
/** Most attestations shown at once. */
const page = 250

/** A vault that several processes share. */
export type SharedVault = Vault & {
  /** Looks whose store it is. Rejects with StoreUnusableError when it is another watcher's, and otherwise if it does not answer. */
  check(): Promise<void>
  /**
   * Begins to take duties. `onNews` is told when another process has shown something; `onRestored` when the store turned out to be an older copy of
   * itself, so that what was signed since is known to peers only.
   */
  start(listeners: { readonly onNews: () => void; readonly onRestored: () => void }): Loop
}

/**
 * Opens the vault of a process that shares one. Rows come here too, so that reads need no database: those of the guard and the ledger that others
 * write are copied every turn, and before a duty counts as this process's.
 */
export function createSharedVault(parts: VaultParts): SharedVault {
  const { shared, log, schema } = parts
  const exchange = createExchange(shared)
  const listeners: { wake: () => void; onRestored: () => void } = { wake: () => undefined, onRestored: () => undefined }
  const onRestored = () => {
    exchange.restart()
    listeners.onRestored()
  }
  const mirror = createMirror({ ...parts, onRestored })
  const duties = createDuties({ ...parts, mirror })
  const line = createLine(parts)
  const ask: Ask = (work, role) =>
    line.ask(work, role, () => {
      duties.doubt()
      listeners.wake()
    })
  return {
    ...createWrites({ ...parts, mirror, duties, ask }),
    has: duties.has,
    publish: exchange.publish,
    exchange: (options) => ask(exchange.next(options)),
    prune: (lane) => ask(shared.prune(lane)),
    status: () => ({ ...line.status(), duties: duties.list() }),
    check: () => ask(mirror.moveIn()),
    start({ onNews, onRestored: tell }) {
      const everyMs = Math.floor(parts.leaseMs / 6)
      const loop = startLoop({ name: 'duties', everyMs, work: () => ask(duties.turn()), log: log.child({ schema }), wait: parts.wait })
      listeners.onRestored = tell
      listeners.wake = loop.wake
      shared.listen(() => {
        loop.wake()
        onNews()
      })
      return loop
    },
    async close() {
      const tell = (error: unknown) => log.warn({ reason: reasonOf(error) }, 'duties were not given back: they run out by themselves')
      await shared.release().catch(tell)
      await shared.close()
    },
  }
}

/** Asks the store something. */
type Ask = <answer>(work: Promise<answer>, role?: DutyRole) => Promise<answer>

/** Notes whether the store answers. Saying that a duty is another's is an answer. */
function createLine({ metrics, schema }: Pick<VaultParts, 'metrics' | 'schema'>) {
  let lastError: string | undefined
  let isUp = false
  const note = (error: string | undefined) => {
    lastError = error
    isUp = error === undefined
    metrics.sharedUp.set({ schema }, isUp ? 1 : 0)
  }
  return {
    status: () => ({ isUp, lastError }),
    async ask<answer>(work: Promise<answer>, role: DutyRole | undefined, onLost: () => void): Promise<answer> {
      try {
        const answer = await work
        note(undefined)
        return answer
      } catch (error) {
        if (error instanceof SharedStoreError || error instanceof StoreUnusableError) note(error.shortMessage)
        if (error instanceof DutyLostError) {
          metrics.fenced.inc({ role: role ?? 'none' })
          onLost()
        }
        throw error
      }
    },
  }
}

type Writing = VaultParts & { mirror: Mirror; duties: Duties; ask: Ask }

/** Each write goes to the shared store first, and here when it stands there. */
function createWrites({ shared, store, mirror, duties, ask }: Writing): Pick<Vault, 'reserve' | 'learn' | 'add' | 'settle' | 'refresh'> {
  return {
    async reserve(chainId, rows) {
      const duty = { role: 'attest', chainId } as const
      const conflicts = await ask(shared.reserve(duties.leaseOf(duty), rows), 'attest')
      if (conflicts.length > 0) throw conflictOf({ store, conflicts, rows })
      store.guard.reserve(rows)
      // Stopped in between, it may wake up much later.
      duties.leaseOf(duty)
    },
    async learn(chainId, row) {
      store.guard.reserve([row])
      const conflicts = await ask(shared.learn([{ ...row, chainId }]))
      if (conflicts.length > 0) throw conflictOf({ store, conflicts, rows: [row] })
    },
    async add(role, transaction, isReplacement) {
      const row = { ...transaction, sender: lower(transaction.sender), state: 'live', block: undefined } as const
      const isTaken = await ask(shared.take(duties.leaseOf({ role, chainId: row.chainId }), row, isReplacement), role)
      if (isTaken) store.ledger.add(row)
      return isTaken
    },
    async settle(role, { chainId, sender }, changes) {
      if (changes.length === 0) return
      const plain = changes.map(({ hash, state, block }) => ({ hash, state, block }))
      await ask(shared.settle(duties.leaseOf({ role, chainId }), lower(sender), plain), role)
      store.ledger.setStates(changes)
    },
    refresh: ({ chainId, sender }) => ask(mirror.ledger({ chainId, sender: lower(sender) })),
  }
}

const lower = (address: Address): Address => `0x${address.slice(2).toLowerCase()}`

type Conflict = { store: Store; conflicts: readonly GuardRow[]; rows: readonly GuardRow[] }

/** Keeps what was signed there in mind, so that the rest can go on without it. */
function conflictOf({ store, conflicts, rows }: Conflict): SignConflictError {
  store.guard.mirror(conflicts)
  const [conflict] = conflicts
  const asked = rows.find((row) => row.setId === conflict?.setId && row.laneKey === conflict.laneKey && row.nonce === conflict.nonce)
  return new SignConflictError({
    laneKey: conflict?.laneKey ?? '',
    nonce: BigInt(conflict?.nonce ?? 0),
    signed: conflict?.head ?? '',
    asked: asked?.head ?? '',
  })
}

/** Attestations that go from process to process. */
function createExchange(shared: SharedStore) {
  const waiting: Attestation[] = []
  let version = 0
  return {
    /** Hears everything again. */
    restart(): void {
      version = 0
    },
    publish(attestations: readonly Attestation[]): void {
      waiting.push(...attestations.map((attestation) => ({ ...attestation, signer: lower(attestation.signer) })))
      // While nobody answers, the newest are what is needed next.
      if (waiting.length > 2 * mostWaiting) waiting.splice(0, waiting.length - mostWaiting)
    },
    async next({ isFromStart }: { isFromStart: boolean }): Promise<readonly Attestation[]> {
      if (isFromStart) version = 0
      while (waiting.length > 0) {
        const sent = waiting.slice(0, page)
        await shared.publish(sent)
        const isSent = new Set(sent)
        const next = waiting.findIndex((attestation) => !isSent.has(attestation))
        waiting.splice(0, next < 0 ? waiting.length : next)
      }
      const news = await shared.publishedSince(version)
      version = news.version
      return news.rows
    },
  }
}
