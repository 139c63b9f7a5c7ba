import type { Hex, TransactionReceipt } from 'viem'
import { getBlock, getTransactionReceipt } from 'viem/actions'
import { defineRead, type Freshness, type ReadContext, type ReadParameters } from '../../actions/defineRead.ts'
import type { Client } from '../../client.ts'
import { toCallError } from '../../errors/call.ts'

/** One chain in one state, which asks for nothing twice. */
export type ChainReader = ReadContext & {
  readonly chainId: number
  readonly freshness: Freshness
  /** Undefined: a reorg took the transaction back since. */
  readonly receiptOf: (hash: Hex) => Promise<TransactionReceipt | undefined>
  /** Absolute seconds. */
  readonly timeOf: (blockNumber: bigint) => Promise<number>
}

const openContext = /* @__PURE__ */ defineRead<ReadParameters, ReadContext>('task.trace', async (context) => context)

/** Opens a chain for reading, in the state of its newest block. */
export async function openReader(client: Client, chainId: number): Promise<ChainReader> {
  const { value: context, freshness } = await openContext(client, { chainId })
  const { connection } = context
  const receipts = new Map<Hex, Promise<TransactionReceipt | undefined>>()
  const times = new Map<bigint, Promise<number>>()
  const receiptOf = (hash: Hex) =>
    once(receipts, hash, () =>
      getTransactionReceipt(connection, { hash }).catch(async (error: unknown) => {
        if (error instanceof Error && error.name === 'TransactionReceiptNotFoundError') return undefined
        throw await toCallError({ error, verb: 'task.trace', chainId })
      }),
    )
  const timeOf = (blockNumber: bigint) =>
    once(times, blockNumber, async () => Number((await getBlock(connection, { blockNumber })).timestamp))
  return { ...context, chainId, freshness, receiptOf, timeOf }
}

function once<key, value>(known: Map<key, Promise<value>>, key: key, ask: () => Promise<value>): Promise<value> {
  const found = known.get(key) ?? ask()
  known.set(key, found)
  return found
}
