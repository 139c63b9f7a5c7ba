import type { Account, Hex, TransactionReceipt } from 'viem'
import type { Fresh } from '../actions/defineRead.ts'
import type { Client } from '../client.ts'
import { CellContendedError } from '../errors/board.ts'
import { CellStale } from '../errors/contracts.ts'
import { type CellContent, read } from './read.ts'
import { type CellWritten, write } from './write.ts'

/** What `edit` takes. */
export type EditParameters = {
  readonly chainId: number
  readonly space: Hex
  readonly key: Hex
  /** The value to write on top of what is there; undefined: leave it. Asked anew after another was faster, unless there is `merge`. */
  readonly change: (current: CellContent) => Hex | undefined | Promise<Hex | undefined>
  /** Joins what was to be written with what another wrote meanwhile, seen from what both began with. */
  readonly merge?: (values: { readonly base: Hex | undefined; readonly mine: Hex; readonly theirs: Hex | undefined }) => Hex | Promise<Hex>
  /** How often to try. Default 8. */
  readonly attempts?: number
  readonly account?: Account
  /** Milliseconds to wait for each receipt. */
  readonly timeoutMs?: number
}

/** What became of an edit. */
export type Edited = {
  /** Undefined: there was nothing to change. */
  readonly event: CellWritten | undefined
  /** Of the transaction that wrote it. */
  readonly receipt: TransactionReceipt | undefined
  readonly attempts: number
}

/**
 * Reads a cell, changes it, and writes it, again and again until nobody was faster. Never overwrites what `change` or `merge` has not seen.
 *
 * @throws CellContendedError when others were faster each time; CellLeased, WriterNotAllowed and what else a write throws.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 * import { hexToNumber, numberToHex } from 'viem'
 *
 * const { attempts } = await cell.edit(client, {
 *   chainId: 1, space, key,
 *   change: ({ value }) => numberToHex((value === undefined ? 0 : hexToNumber(value)) + 1),
 * })
 * ```
 */
export async function edit(client: Client, { change, merge, attempts = 8, account, timeoutMs, ...at }: EditParameters): Promise<Edited> {
  let seen = await read(client, at)
  let mine = await change(seen.value)
  let cause: unknown
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (mine === undefined) return { event: undefined, receipt: undefined, attempts: attempt }
    try {
      const { event, receipt } = await write.sync(client, {
        ...{ ...at, expectedVersion: seen.value.version, value: mine },
        ...(account === undefined ? {} : { account }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      })
      return { event, receipt, attempts: attempt }
    } catch (error) {
      if (!(error instanceof CellStale)) throw error
      cause = error
    }
    const base = seen.value.value
    seen = await readAgain(client, { ...at, seen })
    // A lease that came and went changed the version alone: then both began with the same value.
    mine = merge === undefined ? await change(seen.value) : await merge({ base, mine, theirs: seen.value.value })
  }
  throw new CellContendedError({ key: at.key, attempts, cause })
}

type Again = { readonly chainId: number; readonly space: Hex; readonly key: Hex; readonly seen: Fresh<CellContent> }

/** Nodes refuse for what waits to be included, which no read shows: before the next block there is nothing to see, and trying would only spin. */
async function readAgain(client: Client, { seen, ...at }: Again): Promise<Fresh<CellContent>> {
  for (let looks = 0; ; looks++) {
    const next = await read(client, at)
    const isNew = next.value.version !== seen.value.version || next.freshness.blockHash !== seen.freshness.blockHash
    if (isNew || looks * client.pollingIntervalMs >= blockMs) return next
    await new Promise((resolve) => setTimeout(resolve, client.pollingIntervalMs))
  }
}

/** How long to wait for a block, in milliseconds: longer than chains take. */
const blockMs = 60_000
