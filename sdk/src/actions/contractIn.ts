import type { Address } from 'viem'
import { ClientConfigError } from '../errors/client.ts'
import type { Deployment } from '../types.ts'

/** Contracts that older records of a deployment do without. */
export type LaterContract =
  | 'charters'
  | 'agreements'
  | 'agentLinks'
  | 'risingReward'
  | 'signedBids'
  | 'claimGates'
  | 'quorumPanels'
  | 'hashCheck'
  | 'taskFunding'
  | 'blackboard'

/**
 * Where a contract of a deployment is.
 *
 * @throws ClientConfigError when the record is from before there was one.
 */
export function contractIn(deployment: Deployment, name: LaterContract): Address {
  const address = deployment[name]
  if (address !== undefined) return address
  throw new ClientConfigError(
    `The deployment of chain ${deployment.chainId} has no ${name}.`,
    'Deploy the suite anew, take a newer record of it, or name the contract yourself where the verb takes one.',
  )
}
