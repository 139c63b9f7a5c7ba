import type { Address } from 'viem'
import { contractIn } from '../actions/contractIn.ts'
import type { Deployment } from '../types.ts'

/**
 * Where a chain keeps the links of its agents.
 *
 * @throws ClientConfigError when its record is from before there were any.
 */
export function linksOf(deployment: Deployment): Address {
  return contractIn(deployment, 'agentLinks')
}
