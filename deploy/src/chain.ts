import { type Client, createClient, type Hex, http, type Transport } from 'viem'
import { call, getChainId, getCode } from 'viem/actions'
import type { ContractName } from './artifacts.ts'
import { ChainMismatchError } from './errors.ts'
import type { SuitePlan } from './plan.ts'
import type { Check, Step } from './steps.ts'

/** How to reach one chain. */
export type ChainAccess = { readonly chainId: number; readonly rpcUrl: string }

/** An open connection to one chain. */
export type Connection = { readonly chainId: number; readonly client: Client<Transport> }

/** A point in which a chain differs from its plan. */
export type Difference = { readonly step: string; readonly label: string; readonly expected: Hex; readonly actual: Hex }

/**
 * Opens a connection and makes sure that it leads to the right chain.
 *
 * @throws ChainMismatchError when it does not.
 */
export async function connect({ chainId, rpcUrl }: ChainAccess): Promise<Connection> {
  const client = createClient({ transport: http(rpcUrl, { batch: { batchSize: 50, wait: 4 } }), cacheTime: 0 })
  const actual = await getChainId(client)
  if (actual !== chainId) throw new ChainMismatchError({ expected: chainId, actual })
  return { chainId, client }
}

/** Which contracts of the plan have no code yet. */
export async function missingContracts({ client }: Connection, plan: SuitePlan): Promise<readonly ContractName[]> {
  const codes = await Promise.all(plan.contracts.map(({ address }) => getCode(client, { address })))
  return plan.contracts.filter((_, index) => codes[index] === undefined).map(({ name }) => name)
}

/** In which points the chain differs from these steps. */
export async function differences({ client }: Connection, steps: readonly Step[]): Promise<readonly Difference[]> {
  const checks = steps.flatMap(({ name, checks: of }) => of.map((check) => ({ step: name, check })))
  const actual = await Promise.all(checks.map(({ check }) => read(client, check)))
  return checks.flatMap(({ step, check }, index) => {
    const answer = actual[index] ?? '0x'
    return answer.startsWith(check.expected) ? [] : [{ step, label: check.label, expected: check.expected, actual: answer }]
  })
}

async function read(client: Client<Transport>, { to, data }: Check): Promise<Hex> {
  const { data: answer = '0x' } = await call(client, { to, data })
  return answer
}
