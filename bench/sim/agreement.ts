import { type Clock, startLocal } from './local.ts'
import { rounded } from './numbers.ts'
import type { Prices } from './prices.ts'
import { playOn, playSimulated } from './run.ts'
import type { Case, Scenario, ScenarioRow } from './types.ts'

/** How far the simulator may be from real chains, as a share of what these say. */
export const tolerance = { gas: 0.02, latency: 0.05 } as const

/** One case on both back ends. */
export type Agreement = Pick<Case, 'scenario' | 'way' | 'agents' | 'settings'> & {
  readonly clock: Clock
  readonly transactions: Pair
  readonly failed: Pair
  readonly gas: Pair & { readonly off: number }
  /** Seconds: the figure of this name. */
  readonly latency: Pair & { readonly off: number; readonly figure: string }
  /** Transactions that ended otherwise than the rules say, and state that is otherwise in the end. */
  readonly disagreements: readonly string[]
}

type Pair = { readonly simulated: number; readonly local: number }

/** Plays a case in the simulator and on local chains with the production contracts, and compares. */
export async function agree(scenario: Scenario, one: Case, { prices, clock }: { prices: Prices; clock: Clock }): Promise<Agreement> {
  const simulated = await playSimulated(scenario, one, prices)
  const net = await startLocal(one, clock)
  try {
    const local = await playOn(net, scenario, one)
    const disagreements = [...net.disagreements, ...(await net.compare())]
    return compare({ scenario, simulated, local, disagreements, clock })
  } finally {
    await net.stop()
  }
}

type Compare = {
  readonly scenario: Scenario
  readonly simulated: ScenarioRow
  readonly local: ScenarioRow
  readonly disagreements: readonly string[]
  readonly clock: Clock
}

function compare({ scenario, simulated, local, disagreements, clock }: Compare): Agreement {
  const pair = (of: (row: ScenarioRow) => number) => ({ simulated: of(simulated), local: of(local) })
  const off = ({ simulated: one, local: other }: Pair) => rounded(other === 0 ? (one === 0 ? 0 : 1) : one / other - 1)
  const gas = pair((row) => row.gas)
  const latency = pair((row) => row.figures[scenario.latency] ?? 0)
  const { way, agents, settings } = simulated
  return {
    ...{ scenario: scenario.id, way, agents, settings, clock },
    transactions: pair((row) => row.transactions),
    failed: pair((row) => row.failed),
    gas: { ...gas, off: off(gas) },
    latency: { figure: scenario.latency, ...latency, off: off(latency) },
    disagreements,
  }
}

/** What is wrong with what was compared. */
export function faultsOf(ones: readonly Agreement[]): string[] {
  return ones.flatMap(({ scenario, way, agents, gas, latency, disagreements, transactions }) => {
    const who = `${scenario} by ${way}, ${agents} agents`
    const share = (value: number) => `${(100 * value).toFixed(1)} %`
    return [
      ...(transactions.local === 0 ? [`${who}: nothing was sent on the local chain`] : []),
      ...(Math.abs(gas.off) <= tolerance.gas ? [] : [`${who}: gas is off by ${share(gas.off)}, may be ${share(tolerance.gas)}`]),
      ...(Math.abs(latency.off) <= tolerance.latency
        ? []
        : [`${who}: ${latency.figure} is off by ${share(latency.off)}, may be ${share(tolerance.latency)}`]),
      ...disagreements.map((disagreement) => `${who}: ${disagreement}`),
    ]
  })
}
