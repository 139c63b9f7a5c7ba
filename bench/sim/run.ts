import type { Ledger } from './ledger.ts'
import type { Prices } from './prices.ts'
import { simulate } from './simulated.ts'
import type { Case, Net, Scenario, ScenarioRow } from './types.ts'

/** A net that counts what is sent over it. */
export type CountingNet = Net & { readonly ledger: Ledger }

/** Plays one case on a net. */
export async function playOn(net: CountingNet, scenario: Scenario, one: Case): Promise<ScenarioRow> {
  const figures = await scenario.play({ net, case: one })
  const { transactions, failed, gas } = net.ledger
  return { ...one, transactions, failed, gas, figures }
}

/** Plays one case in the simulator. */
export function playSimulated(scenario: Scenario, one: Case, prices: Prices): Promise<ScenarioRow> {
  return playOn(simulate({ blockSeconds: one.blockSeconds, prices }), scenario, one)
}
