import { agentPlants } from './agents.ts'
import { boardPlants } from './board.ts'
import { charterPlants } from './charters.ts'
import { gatePlants } from './gates.ts'
import { gatewayPlants } from './gateway.ts'
import type { Plant } from './plant.ts'
import { taskPlants } from './tasks.ts'
import { taskChainPlants } from './tasksOverChains.ts'

/** Every bug that is planted in the contracts. */
export const plants: readonly Plant[] = [
  ...gatewayPlants,
  ...taskPlants,
  ...gatePlants,
  ...taskChainPlants,
  ...agentPlants,
  ...boardPlants,
  ...charterPlants,
]
