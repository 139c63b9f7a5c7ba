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
 * Reads a cell, changes it, and writes it, again and again until nobody was faster. Never overwrites what `change` or `merge` has not seen. Who was
 * refused tries again after 0 or 1 blocks, as chance says, then after up to 3, 7, 15, 31 and 63, so that many who edit one cell pay for few refusals.
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
  let seen = await look(client, at)
  let mine = await change(seen.value)
  for (let attempt = 1; ; attempt++) {
    if (mine === undefined) return { event: undefined, receipt: undefined, attempts: attempt }
    try {
      const { event, receipt } = await write.sync(client, {
        ...{ ...at, expectedVersion: seen.value.version, value: mine },
        ...(account === undefined ? {} : { account }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      })
      return { event, receipt, attempts: attempt }
    } catch (cause) {
      if (!(cause instanceof CellStale)) throw cause
      if (attempt >= attempts) throw new CellContendedError({ key: at.key, attempts, cause })
    }
    const base = seen.value.value
    seen = await lookLater(client, { ...at, seen, attempt })
    // A lease that came and went changed the version alone: then both began with the same value.
    mine = merge === undefined ? await change(seen.value) : await merge({ base, mine, theirs: seen.value.value })
  }
}

/** What was seen, and when by the reader's clock, in milliseconds. */
type Seen = Fresh<CellContent> & { readonly lookedAt: number }
type Place = { readonly chainId: number; readonly space: Hex; readonly key: Hex }

async function look(client: Client, at: Place): Promise<Seen> {
  return { ...(await read(client, at)), lookedAt: client.now() }
}

/** Waits for news of the cell, and then as long as chance says: those who were refused together are not to meet again. */
async function lookLater(
  client: Client,
  { seen, attempt, ...at }: Place & { readonly seen: Seen; readonly attempt: number },
): Promise<Seen> {
  const next = await lookAgain(client, { ...at, seen })
  const blocks = Math.floor(Math.random() * Math.min(mostBlocks, 2 ** attempt))
  if (blocks === 0) return next
  await pause(blocks * blockMsBetween(seen, next))
  return look(client, at)
}

/** Nodes refuse for what waits to be included, which no read shows: before the next block there is nothing to see, and trying would only spin. */
async function lookAgain(client: Client, { seen, ...at }: Place & { readonly seen: Seen }): Promise<Seen> {
  for (let looks = 0; ; looks++) {
    const next = await look(client, at)
    const isNew = next.value.version !== seen.value.version || next.freshness.blockHash !== seen.freshness.blockHash
    if (isNew || looks * client.pollingIntervalMs >= patienceMs) return next
    await pause(client.pollingIntervalMs)
  }
}

/** How fast blocks came between two looks. Measured, so that a chain whose blocks come with its transactions is not waited for. */
function blockMsBetween(one: Seen, other: Seen): number {
  const blocks = Math.max(1, Number(other.freshness.blockNumber - one.freshness.blockNumber))
  return Math.min(mostBlockMs, Math.max(0, other.lookedAt - one.lookedAt) / blocks)
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The widest spread of those who were refused, in blocks. */
const mostBlocks = 64

/** How long to wait for a block, in milliseconds: longer than chains take. */
const patienceMs = 60_000

/** What a block may count for in a pause, in milliseconds: nobody is to wait for long because `change` took its time on a chain that stood still. */
const mostBlockMs = 15_000
