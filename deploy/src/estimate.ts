import { size } from 'viem'
import { getBalance, getGasPrice } from 'viem/actions'
import { type ChainAccess, connect, differences, missingContracts } from './chain.ts'
import { keylessCost, keylessFactory } from './create2.ts'
import { standsFactory } from './factory.ts'
import type { SuitePlan } from './plan.ts'

/** What is left to do on one chain, and about what it costs. */
export type ChainEstimate = {
  readonly chainId: number
  /** What each transaction does, in order. */
  readonly transactions: readonly { readonly name: string; readonly gas: bigint }[]
  readonly gas: bigint
  /** Wei for one unit of gas now. */
  readonly gasPrice: bigint
  /** Wei, with what the CREATE2 factory's signer is paid. Rollups take their data fee on top. */
  readonly cost: bigint
  /** Wei that the deployer has. */
  readonly balance: bigint
}

/** Gas of each part of a transaction; the total comes out a little over what it takes. */
const gasOf = { transaction: 21_000n, creation: 34_000n, codeByte: 200n, dataByte: 16n, initWord: 2n, call: 62_000n }

/**
 * What is left to do, and about what it costs at the gas price of now. Sends nothing.
 *
 * @throws ChainMismatchError when an RPC url leads to another chain; FactoryUnavailableError when other code stands at the factory.
 */
export async function estimateSuite({
  plan,
  chains,
}: {
  plan: SuitePlan
  chains: readonly ChainAccess[]
}): Promise<readonly ChainEstimate[]> {
  return await Promise.all(chains.map((access) => estimateChain(plan, access)))
}

async function estimateChain(plan: SuitePlan, access: ChainAccess): Promise<ChainEstimate> {
  const connection = await connect(access)
  const { client, chainId } = connection
  const { wiring = [], handover = [] } = plan.chains.find((chain) => chain.chainId === chainId) ?? {}
  const [hasFactory, missing, found, gasPrice, balance] = await Promise.all([
    standsFactory({ connection, plan }),
    missingContracts(connection, plan),
    differences(connection, [...wiring, ...handover]),
    getGasPrice(client),
    getBalance(client, { address: plan.deployer }),
  ])
  const open = new Set(found.map(({ step }) => step))
  const calls = [...wiring, ...handover].filter(({ name }) => open.has(name)).flatMap((step) => step.calls)
  const transactions = [
    ...(hasFactory || plan.factory !== keylessFactory ? [] : [{ name: 'pay for the CREATE2 factory', gas: gasOf.transaction }]),
    ...plan.contracts
      .filter(({ name }) => missing.includes(name))
      .map(({ name, data, initCode }) => ({ name: `create ${name}`, gas: creationGas(size(data), size(initCode)) })),
    ...(calls.length === 0
      ? []
      : [{ name: 'wire and hand over', gas: gasOf.transaction + calls.reduce((sum, data) => sum + callGas(size(data)), 0n) }]),
  ]
  const gas = transactions.reduce((sum, transaction) => sum + transaction.gas, 0n)
  const forFactory = hasFactory || plan.factory !== keylessFactory ? 0n : keylessCost
  return { chainId, transactions, gas, gasPrice, cost: gas * gasPrice + forFactory, balance }
}

const creationGas = (dataBytes: number, initBytes: number) =>
  gasOf.transaction +
  gasOf.creation +
  BigInt(dataBytes) * gasOf.dataByte +
  BigInt(initBytes) * gasOf.codeByte +
  BigInt(Math.ceil(initBytes / 32)) * gasOf.initWord

const callGas = (dataBytes: number) => gasOf.call + BigInt(dataBytes) * gasOf.dataByte
