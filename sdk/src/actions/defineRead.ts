import { type Hex, numberToHex } from 'viem'
import { getBlock } from 'viem/actions'
import { type ChainClient, type ChainConfig, type Client, chainOf, clientOf } from '../client.ts'
import { ReadOvertakenError, toCallError } from '../errors/call.ts'
import { EventUnseenError } from '../errors/format.ts'
import { revertDataOf } from '../errors/revertData.ts'

/** Where on a chain to read: its newest block, its newest final block, or a block by number. */
export type ReadAt = 'latest' | 'final' | bigint

/** What every read takes besides its own parameters. */
export type ReadParameters = {
  readonly chainId: number
  /** Default `latest`. */
  readonly at?: ReadAt
}

/** How fresh a value is. */
export type Freshness = {
  readonly chainId: number
  /** The block whose state was read. */
  readonly blockNumber: bigint
  readonly blockHash: Hex
  /** Seconds, by the chain's clock. */
  readonly blockTimestamp: bigint
  /** The newest block that the chain's finality policy calls permanent. */
  readonly finalBlockNumber: bigint
  /** Whether the value can no longer be undone by a reorg. */
  readonly isFinal: boolean
  /** Blocks between the newest block and the one that was read. */
  readonly lagBlocks: bigint
  /** Seconds between the reader's clock and the block that was read. Negative when the chain's clock runs ahead. */
  readonly lagSeconds: number
}

/** A value and how fresh it is. */
export type Fresh<value> = { readonly value: value; readonly freshness: Freshness }

/** A read: gives a value and how fresh it is. */
export type Read<parameters extends ReadParameters, value> = (client: Client, parameters: parameters) => Promise<Fresh<value>>

/** What a read's own part works with. Every contract read must name `blockNumber`, so that all of them see one state. */
export type ReadContext = { readonly connection: ChainClient; readonly chain: ChainConfig; readonly blockNumber: bigint }

/** Builds a read from what makes it different: everything it reads comes from one block, and says so. */
export function defineRead<parameters extends ReadParameters, value>(
  verb: string,
  read: (context: ReadContext, parameters: parameters) => Promise<value>,
): Read<parameters, value> {
  return async (client, parameters) => {
    const { chainId, at = 'latest' } = parameters
    const chain = chainOf(client, chainId)
    const connection = clientOf(client, chainId)
    const once = async (): Promise<Fresh<value>> => {
      const freshness = await freshnessOf({ client, chain, connection, at })
      const { blockNumber } = freshness
      const overtaken = (cause?: unknown) => new ReadOvertakenError({ verb, chainId, blockNumber, cause })
      const value = await read({ connection, chain, blockNumber }, parameters).catch(async (cause: unknown) => {
        // What makes no sense across two branches of the chain is no answer. When the node cannot say, the first error stands.
        throw (await isStillThere(connection, freshness).catch(() => true)) ? cause : overtaken(cause)
      })
      if (await isStillThere(connection, freshness)) return { value, freshness }
      throw overtaken()
    }
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once()
        } catch (error) {
          if (attempt >= triesFor(error)) throw error
          await new Promise((resolve) => setTimeout(resolve, client.pollingIntervalMs))
        }
      }
    } catch (error) {
      throw await toCallError({ error, verb, chainId })
    }
  }
}

/** How often a read is tried that ends like this. Two requests for one block may see different states, and what does not fit then fits at the next block. */
function triesFor(error: unknown): number {
  // A reorg replaced the block, or its logs are not there yet: many nodes show a block's state before its logs.
  if (error instanceof ReadOvertakenError || error instanceof EventUnseenError) return 3
  // A node that was making a block answered from the state after it, so that the contract refused what was read before. Or the caller asked for nonsense.
  return revertDataOf(error) === undefined ? 1 : 2
}

/** Whether the block that was read is in the chain. Requests name its number, because nodes serve logs by no other name, so a reorg could mix two states. */
async function isStillThere(connection: ChainClient, { isFinal, blockNumber, blockHash }: Freshness): Promise<boolean> {
  if (isFinal) return true
  const block = await connection.request({ method: 'eth_getBlockByNumber', params: [numberToHex(blockNumber), false] })
  return block?.hash === blockHash
}

type FreshnessOf = { readonly client: Client; readonly chain: ChainConfig; readonly connection: ChainClient; readonly at: ReadAt }

async function freshnessOf({ client, chain, connection, at }: FreshnessOf): Promise<Freshness> {
  const latest = await getBlock(connection, { blockTag: 'latest' })
  const finalBlockNumber = await finalBlockNumberOf({ chain, connection, latest: latest.number })
  const wanted = at === 'latest' ? latest.number : at === 'final' ? finalBlockNumber : at
  const block = wanted === latest.number ? latest : await getBlock(connection, { blockNumber: wanted })
  return {
    chainId: chain.chainId,
    blockNumber: block.number,
    blockHash: block.hash,
    blockTimestamp: block.timestamp,
    finalBlockNumber,
    isFinal: block.number <= finalBlockNumber,
    lagBlocks: latest.number - block.number,
    lagSeconds: Math.round(client.now() / 1000) - Number(block.timestamp),
  }
}

/** The newest block that a chain's finality policy calls permanent. */
export async function finalBlockNumberOf({
  chain,
  connection,
  latest,
}: {
  readonly chain: ChainConfig
  readonly connection: ChainClient
  readonly latest: bigint
}): Promise<bigint> {
  const { finality } = chain
  if (finality.kind !== 'depth') return (await getBlock(connection, { blockTag: finality.kind })).number
  const depth = BigInt(finality.depth)
  return latest > depth ? latest - depth : 0n
}
