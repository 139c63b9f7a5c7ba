import type { Address } from 'viem'
import { ClientConfigError } from '../errors/client.ts'
import type { Deployment } from '../types.ts'

/**
 * Where a chain keeps the links of its agents.
 *
 * @throws ClientConfigError when its record is from before there were any.
 */
export function linksOf({ chainId, agentLinks }: Deployment): Address {
  if (agentLinks !== undefined) return agentLinks
  throw new ClientConfigError(
    `The deployment of chain ${chainId} has no agentLinks.`,
    'Deploy the suite anew, or take a newer record of it.',
  )
}
