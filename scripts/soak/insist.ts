import { BaseError, type Client, clientOf } from '@hanse/sdk'
import type { Hex } from 'viem'
import { getTransactionReceipt } from 'viem/actions'

/** Milliseconds until a transaction that led to nothing is looked for. */
const patienceMs = 15_000
const pauseMs = 1_000

/** What an agent wants: how to send it, and how to see that it is no longer needed. */
export type Wish<value> = {
  readonly client: Client
  readonly chainId: number
  readonly signal: AbortSignal
  readonly send: () => Promise<Hex>
  /** Waits so many milliseconds for it to be settled, one way or another. */
  readonly settled: (milliseconds: number) => Promise<value | undefined>
  readonly onTrouble: (error: BaseError) => void
}

/**
 * Sends until it is settled, through chains that stand still. A transaction that a block holds is never sent again: its message arrives,
 * however long that takes. Undefined only after the signal.
 */
export async function insist<value>({ client, chainId, signal, send, settled, onTrouble }: Wish<value>): Promise<value | undefined> {
  let hash: Hex | undefined
  while (!signal.aborted) {
    hash ??= await attempt(send, onTrouble)
    const done = await settled(hash === undefined ? pauseMs : patienceMs)
    if (done !== undefined) return done
    if (hash !== undefined && (await isGone({ client, chainId, hash }))) hash = undefined
  }
  return undefined
}

async function attempt(send: () => Promise<Hex>, onTrouble: (error: BaseError) => void): Promise<Hex | undefined> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    onTrouble(error)
    return undefined
  }
}

type Sent = { readonly client: Client; readonly chainId: number; readonly hash: Hex }

/** Whether no block holds it. A chain that does not answer has not said so. */
async function isGone({ client, chainId, hash }: Sent): Promise<boolean> {
  return getTransactionReceipt(clientOf(client, chainId), { hash }).then(
    ({ status }) => status !== 'success',
    (error: unknown) => error instanceof Error && error.name === 'TransactionReceiptNotFoundError',
  )
}
