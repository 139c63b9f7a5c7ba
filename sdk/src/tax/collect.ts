import { type Address, isAddressEqual } from 'viem'
import { getBlock, getBlockNumber, getTransactionReceipt } from 'viem/actions'
import { type Client, chainOf, clientOf } from '../client.ts'
import { type Accountable, account } from './account.ts'
import type { TaxItem } from './items.ts'

/** Up to which block of each chain something was looked at, by chain id. */
export type Heights = ReadonlyMap<number, bigint>

/**
 * How high the chains of a client are now: where a run begins, for `collect`.
 *
 * @example
 * ```ts
 * import { tax } from '@hanse/sdk'
 *
 * const since = await tax.heights(client)
 * ```
 */
export async function heights(client: Client): Promise<Heights> {
  const ids = [...client.chains.keys()]
  const numbers = await Promise.all(ids.map((chainId) => getBlockNumber(clientOf(client, chainId))))
  return new Map(ids.map((chainId, index) => [chainId, numbers[index] ?? 0n]))
}

/** What `collect` takes. */
export type CollectParameters = {
  /** The blocks after these are looked at, up to the newest. */
  readonly since: Heights
  /** Whose transactions count. */
  readonly accounts: readonly Address[]
}

/**
 * What these accounts paid since then, on every chain of the client: each of their transactions, failed ones included, read from the blocks
 * themselves, so nothing that was sent is left out. Reads every block, which suits local chains and short runs.
 *
 * @example
 * ```ts
 * import { tax } from '@hanse/sdk'
 *
 * const since = await tax.heights(client)
 * await work()
 * console.log(tax.table(await tax.collect(client, { since, accounts })))
 * ```
 */
export async function collect(client: Client, { since, accounts }: CollectParameters): Promise<readonly TaxItem[]> {
  const until = await heights(client)
  const perChain = await Promise.all(
    [...until].map(async ([chainId, to]) => {
      const sent: Accountable[] = []
      for (let number = (since.get(chainId) ?? to) + 1n; number <= to; number++) {
        sent.push(...(await sentIn(client, { chainId, number, accounts })))
      }
      return account(chainOf(client, chainId).deployment, sent)
    }),
  )
  return perChain.flat()
}

type SentIn = { readonly chainId: number; readonly number: bigint; readonly accounts: readonly Address[] }

async function sentIn(client: Client, { chainId, number, accounts }: SentIn): Promise<readonly Accountable[]> {
  const connection = clientOf(client, chainId)
  const { transactions } = await getBlock(connection, { blockNumber: number, includeTransactions: true })
  const own = transactions.filter(({ from }) => accounts.some((one) => isAddressEqual(one, from)))
  return Promise.all(
    own.map(async ({ from, to, input, hash }) => ({ from, to, input, receipt: await getTransactionReceipt(connection, { hash }) })),
  )
}
