import { type Address, erc20Abi, getAddress, type PublicClient, parseEventLogs } from 'viem'
import { eventsOf, type ObservedChain } from './observe.ts'
import { type Discrepancy, type GasOfAccount, reconcileNative, reconcileToken } from './reconcile.ts'
import type { TaskStory } from './tally.ts'

export type Books = { discrepancies: readonly Discrepancy[]; gas: readonly (GasOfAccount & { chainId: number })[] }

/**
 * Closes the books of a run: every wei of native coin of every known account on every chain, every transfer of the token, what the escrow
 * holds against what it owes, and what each worker got against the verdicts.
 */
export async function closeBooks(parameters: {
  home: ObservedChain
  chains: readonly ObservedChain[]
  token: Address
  accounts: readonly Address[]
  fromBlocks: ReadonlyMap<number, bigint>
  stories: readonly TaskStory[]
}): Promise<Books> {
  const { home, chains, token, accounts, fromBlocks, stories } = parameters
  const native = await Promise.all(
    chains.map(async ({ chainId, client, head }) => {
      const fromBlock = fromBlocks.get(chainId) ?? head
      return { chainId, ...(await reconcileNative({ chainId, client, accounts, fromBlock, toBlock: head })) }
    }),
  )
  const tokens = await reconcileToken({ chainId: home.chainId, client: home.client, token, toBlock: home.head })
  const escrow = escrowBooks(home, token, tokens.balances)
  const pay = await payBooks(home, token, stories)
  return {
    discrepancies: [...native.flatMap(({ discrepancies }) => discrepancies), ...tokens.discrepancies, ...escrow, ...pay],
    gas: native.flatMap(({ chainId, gas }) => gas.map((entry) => ({ ...entry, chainId }))),
  }
}

/** With every task over, the escrow holds the free deposits and the credits, and nothing else. */
function escrowBooks(home: ObservedChain, token: Address, balances: ReadonlyMap<Address, bigint>): Discrepancy[] {
  let owed = 0n
  for (const { eventName, args } of eventsOf(home)) {
    if (eventName === 'BondDeposited' || eventName === 'PaymentCredited') owed += args.amount
    if (eventName === 'BondWithdrawn' || eventName === 'CreditWithdrawn') owed -= args.amount
    if (eventName === 'BondMoved') owed += args.amount
  }
  const account = getAddress(home.deployment.taskEscrow)
  const actual = balances.get(account) ?? 0n
  return owed === actual ? [] : [{ chainId: home.chainId, account, what: `what the escrow owes in ${token}`, expected: owed, actual }]
}

/** What the escrow sent to each worker must be what the verdicts gave it. */
async function payBooks(home: ObservedChain, token: Address, stories: readonly TaskStory[]): Promise<Discrepancy[]> {
  const earned = new Map<Address, bigint>()
  for (const { worker, paid } of stories) {
    if (worker) earned.set(getAddress(worker.account), (earned.get(getAddress(worker.account)) ?? 0n) + paid)
  }
  const paidOut = await transfersFrom(home.client, token, home.deployment.taskEscrow, home.head)
  return [...earned]
    .map(([account, expected]) => ({ chainId: home.chainId, account, what: 'pay', expected, actual: paidOut.get(account) ?? 0n }))
    .filter(({ expected, actual }) => expected !== actual)
}

async function transfersFrom(client: PublicClient, token: Address, from: Address, toBlock: bigint): Promise<ReadonlyMap<Address, bigint>> {
  const logs = await client.getLogs({ address: token, fromBlock: 0n, toBlock })
  const sums = new Map<Address, bigint>()
  for (const { args } of parseEventLogs({ abi: erc20Abi, logs, eventName: 'Transfer', args: { from } })) {
    sums.set(getAddress(args.to), (sums.get(getAddress(args.to)) ?? 0n) + args.value)
  }
  return sums
}
