import type { ChainEstimate, SuitePlan } from '@hanse/deploy'
import { z } from 'zod'
import { coins } from './suite.ts'

/** What is left to do, and what it costs: amounts are decimal strings in wei. */
export const planSchema = z.object({
  deployer: z.string(),
  addresses: z.record(z.string(), z.string()),
  chains: z.array(
    z.object({
      name: z.string(),
      chainId: z.int(),
      transactions: z.array(z.object({ name: z.string(), gas: z.string() })),
      gas: z.string(),
      gasPrice: z.string(),
      cost: z.string(),
      balance: z.string(),
      isFunded: z.boolean(),
    }),
  ),
})

/** A plan as what `--json` prints. */
export function planResult(
  { plan, nameOf }: { plan: SuitePlan; nameOf: (chainId: number) => string },
  estimates: readonly ChainEstimate[],
): z.infer<typeof planSchema> {
  return {
    deployer: plan.deployer,
    addresses: { ...plan.addresses },
    chains: estimates.map(({ chainId, transactions, gas, gasPrice, cost, balance }) => ({
      name: nameOf(chainId),
      chainId,
      transactions: transactions.map((transaction) => ({ name: transaction.name, gas: String(transaction.gas) })),
      gas: String(gas),
      gasPrice: String(gasPrice),
      cost: String(cost),
      balance: String(balance),
      isFunded: balance >= cost,
    })),
  }
}

/** A plan for people. */
export function renderPlan({ deployer, addresses, chains }: z.infer<typeof planSchema>): string {
  const width = Math.max(...Object.keys(addresses).map((name) => name.length))
  return [
    'Addresses, the same on every chain:',
    ...Object.entries(addresses).map(([name, address]) => `  ${name.padEnd(width)}  ${address}`),
    ...chains.flatMap(({ name, chainId, transactions, gas, cost, balance, isFunded }) =>
      transactions.length === 0
        ? ['', `${name} (${chainId}): nothing to do.`]
        : [
            '',
            `${name} (${chainId}): ${transactions.length} transactions, about ${gas} gas, about ${coins(BigInt(cost))} coins now`,
            ...transactions.map((transaction) => `  ${transaction.name}`),
            isFunded
              ? `  ${deployer} has ${coins(BigInt(balance))}.`
              : `  ${deployer} has ${coins(BigInt(balance))}: send it ${coins(BigInt(cost) - BigInt(balance))} more.`,
          ],
    ),
  ].join('\n')
}
