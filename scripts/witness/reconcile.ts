import { type Address, erc20Abi, getAddress, type Hex, type PublicClient, parseEventLogs } from 'viem'

/** One account on one chain whose books do not balance: what its transactions explain, and what the chain says. */
export type Discrepancy = { chainId: number; account: Address; what: string; expected: bigint; actual: bigint }

/** What an account spent on gas, and how much of it, on one chain. */
export type GasOfAccount = { account: Address; gasUsed: bigint; wei: bigint }

/**
 * Explains every change of native balance between two blocks by the transactions in between: value sent, value received, gas paid. Only
 * accounts without code, which receive nothing by internal calls in the demo.
 */
export async function reconcileNative(parameters: {
  chainId: number
  client: PublicClient
  accounts: readonly Address[]
  fromBlock: bigint
  toBlock: bigint
}): Promise<{ discrepancies: readonly Discrepancy[]; gas: readonly GasOfAccount[] }> {
  const { chainId, client, accounts, fromBlock, toBlock } = parameters
  const book = new Map(accounts.map((account) => [getAddress(account), { change: 0n, gasUsed: 0n, wei: 0n }]))
  for (const transaction of await transactionsBetween(client, fromBlock, toBlock)) {
    const sender = book.get(getAddress(transaction.from))
    const recipient = transaction.to && book.get(getAddress(transaction.to))
    if (sender) {
      sender.change -= transaction.wei + (transaction.ok ? transaction.value : 0n)
      sender.gasUsed += transaction.gasUsed
      sender.wei += transaction.wei
    }
    if (recipient && transaction.ok) recipient.change += transaction.value
  }
  const checks = await inPieces([...book], async ([account, { change }]): Promise<Discrepancy> => {
    const [before, after] = await Promise.all([
      client.getBalance({ address: account, blockNumber: fromBlock }),
      client.getBalance({ address: account, blockNumber: toBlock }),
    ])
    return { chainId, account, what: 'native coin', expected: before + change, actual: after }
  })
  return {
    discrepancies: checks.filter(({ expected, actual }) => expected !== actual),
    gas: [...book].map(([account, { gasUsed, wei }]) => ({ account, gasUsed, wei })),
  }
}

type Transaction = { from: Address; to: Address | null; value: bigint; gasUsed: bigint; wei: bigint; ok: boolean }

async function transactionsBetween(client: PublicClient, fromBlock: bigint, toBlock: bigint): Promise<readonly Transaction[]> {
  const numbers = Array.from({ length: Number(toBlock - fromBlock) }, (_, index) => fromBlock + 1n + BigInt(index))
  const blocks = await inPieces(numbers, (blockNumber) => client.getBlock({ blockNumber, includeTransactions: true }))
  const transactions = blocks.flatMap((block) => block.transactions)
  return inPieces(transactions, async ({ hash, from, to, value }) => {
    const receipt = await client.getTransactionReceipt({ hash })
    const wei = receipt.gasUsed * receipt.effectiveGasPrice
    return { from, to, value, gasUsed: receipt.gasUsed, wei, ok: receipt.status === 'success' }
  })
}

/** Requests under way at a time. */
const piece = 50

/** Does something for each, not all at once: a node that is asked thousands of things in one moment refuses some. */
export async function inPieces<item, result>(items: readonly item[], ask: (item: item) => Promise<result>): Promise<readonly result[]> {
  const results: result[] = []
  for (let from = 0; from < items.length; from += piece) results.push(...(await Promise.all(items.slice(from, from + piece).map(ask))))
  return results
}

/**
 * Replays every transfer of a token since its birth and compares each account's sum, and the supply, with what the token says. So a coin
 * that came from nowhere, or went nowhere, shows.
 */
export async function reconcileToken(parameters: {
  chainId: number
  client: PublicClient
  token: Address
  toBlock: bigint
}): Promise<{ discrepancies: readonly Discrepancy[]; balances: ReadonlyMap<Address, bigint> }> {
  const { chainId, client, token, toBlock } = parameters
  const logs = await client.getLogs({ address: token, fromBlock: 0n, toBlock })
  const balances = new Map<Address, bigint>()
  const add = (account: Address, amount: bigint) => balances.set(getAddress(account), (balances.get(getAddress(account)) ?? 0n) + amount)
  for (const { args } of parseEventLogs({ abi: erc20Abi, logs, eventName: 'Transfer' })) {
    add(args.from, -args.value)
    add(args.to, args.value)
  }
  const zero: Hex = '0x0000000000000000000000000000000000000000'
  const supply = -(balances.get(zero) ?? 0n)
  balances.delete(zero)
  const read = { address: token, abi: erc20Abi, blockNumber: toBlock } as const
  const checks = await Promise.all(
    [...balances].map(async ([account, expected]): Promise<Discrepancy> => {
      const actual = await client.readContract({ ...read, functionName: 'balanceOf', args: [account] })
      return { chainId, account, what: 'token', expected, actual }
    }),
  )
  const total = await client.readContract({ ...read, functionName: 'totalSupply' })
  const all = [...checks, { chainId, account: token, what: 'supply', expected: supply, actual: total }]
  return { discrepancies: all.filter(({ expected, actual }) => expected !== actual), balances }
}
