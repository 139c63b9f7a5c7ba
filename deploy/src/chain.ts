import { gatewayAbi } from '@hanse/sdk/abis'
import { type Address, type Client, createClient, type Hex, http, type Transport } from 'viem'
import { call, getChainId, getCode, readContract } from 'viem/actions'
import type { PlannedName } from './artifacts.ts'
import { ChainMismatchError, ChainUnreachableError } from './errors.ts'
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
 * @throws ChainMismatchError when it does not, ChainUnreachableError when it leads nowhere.
 */
export async function connect({ chainId, rpcUrl }: ChainAccess): Promise<Connection> {
  const client = createClient({ transport: http(rpcUrl, { batch: { batchSize: 50, wait: 4 } }), cacheTime: 0 })
  const actual = await getChainId(client).catch((cause: unknown) => {
    throw new ChainUnreachableError({ chainId, cause })
  })
  if (actual !== chainId) throw new ChainMismatchError({ expected: chainId, actual })
  return { chainId, client }
}

/** Which contracts of the plan have no code yet. */
export async function missingContracts({ client }: Connection, plan: SuitePlan): Promise<readonly PlannedName[]> {
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

/**
 * How many broadcasts each chain has sent. A chain that joins later starts after them, so that their history never runs there.
 *
 * @returns By chain id; zero where there is no gateway yet.
 * @throws ChainMismatchError when an RPC url leads to another chain.
 */
export async function broadcastNoncesOf({
  gateway,
  chains,
}: {
  gateway: Address
  chains: readonly ChainAccess[]
}): Promise<Readonly<Record<number, bigint>>> {
  const nonces = await Promise.all(
    chains.map(async (access) => {
      const { chainId, client } = await connect(access)
      if ((await getCode(client, { address: gateway })) === undefined) return [chainId, 0n] as const
      const [nonce] = await readContract(client, { address: gateway, abi: gatewayAbi, functionName: 'lane', args: [0n] })
      return [chainId, nonce] as const
    }),
  )
  return Object.fromEntries(nonces)
}
