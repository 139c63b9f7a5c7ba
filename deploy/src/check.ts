import type { PlannedName } from './artifacts.ts'
import { type ChainAccess, connect, type Difference, differences, missingContracts } from './chain.ts'
import { standsFactory } from './factory.ts'
import type { SuitePlan } from './plan.ts'

/** How one chain compares with the plan. */
export type ChainReport = {
  readonly chainId: number
  /** Nothing is missing and nothing differs. */
  readonly isSound: boolean
  readonly hasFactory: boolean
  readonly missing: readonly PlannedName[]
  readonly differences: readonly Difference[]
}

/**
 * Compares chains with a plan. Sends nothing. Code is not compared: an address commits to creation code and arguments.
 *
 * @throws ChainMismatchError when an RPC url leads to another chain.
 * @example
 * ```ts
 * import { checkSuite } from '@hanse/deploy'
 *
 * const reports = await checkSuite({ plan, chains: [{ chainId: 1, rpcUrl }] })
 * reports.every(({ isSound }) => isSound)
 * ```
 */
export async function checkSuite({ plan, chains }: checkSuite.Parameters): Promise<readonly ChainReport[]> {
  return await Promise.all(chains.map((access) => checkChain(plan, access)))
}

export namespace checkSuite {
  export type Parameters = { plan: SuitePlan; chains: readonly ChainAccess[] }
}

async function checkChain(plan: SuitePlan, access: ChainAccess): Promise<ChainReport> {
  const connection = await connect(access)
  const { wiring = [], handover = [] } = plan.chains.find(({ chainId }) => chainId === access.chainId) ?? {}
  const [hasFactory, missing, found] = await Promise.all([
    standsFactory({ connection, plan }),
    missingContracts(connection, plan),
    differences(connection, [...wiring, ...handover]),
  ])
  return { chainId: access.chainId, isSound: missing.length === 0 && found.length === 0, hasFactory, missing, differences: found }
}
