import type { Chain } from './chain.ts'
import type { Clock } from './clock.ts'
import type { Rules } from './contracts.ts'
import type { Process } from './life.ts'
import type { Mail } from './mail.ts'
import type { Network } from './network.ts'
import type { Provider } from './node.ts'
import type { Oracle } from './oracle.ts'
import type { Plan } from './plan.ts'
import type { Random } from './random.ts'
import type { Traitor } from './traitor.ts'

/** Everything that is. */
export type World = {
  readonly plan: Plan
  readonly clock: Clock
  readonly random: Random
  readonly rules: Rules
  readonly chains: readonly Chain[]
  /** By chain, then by place. */
  readonly providers: readonly (readonly Provider[])[]
  readonly processes: readonly Process[]
  readonly network: Network
  readonly oracle: Oracle
  readonly traitor: Traitor | undefined
  readonly mail: Mail
  readonly trace: (line: string) => void
  /** Troubles that struck, by kind. */
  readonly struck: Map<string, number>
  readonly blockFaults: { readonly stopped: Set<Chain> }
}
