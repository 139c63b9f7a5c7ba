import type { Hex } from 'viem'
import { getBlock } from 'viem/actions'
import { type ChainClient, type ChainConfig, type Client, chainOf, clientOf } from '../client.ts'
import { toCallError } from '../errors/call.ts'

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
    try {
      const freshness = await freshnessOf({ client, chain, connection, at })
      return { value: await read({ connection, chain, blockNumber: freshness.blockNumber }, parameters), freshness }
    } catch (error) {
      throw toCallError({ error, verb, chainId })
    }
  }
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
