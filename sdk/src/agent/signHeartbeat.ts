import type { Hex } from 'viem'
import type { Client } from '../client.ts'
import { type AgentSigningParameters, dateProblems, signAboutAgent } from './signing.ts'
import { heartbeatTypedData } from './typedData.ts'

/** What `signHeartbeat` takes. */
export type SignHeartbeatParameters = AgentSigningParameters & { readonly liveUntil: number }

/**
 * Signs, as its controller or an operator, that an agent lives longer: see `heartbeatFor`. Any change of the agent but a longer life ends the signature.
 *
 * @throws SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const signature = await agent.signHeartbeat(client, { chainId: 1, agentId, liveUntil, expiry })
 * ```
 */
export async function signHeartbeat(client: Client, parameters: SignHeartbeatParameters): Promise<Hex> {
  const { liveUntil } = parameters
  return signAboutAgent(client, parameters, {
    verb: 'agent.signHeartbeat',
    isForOperators: true,
    problems: dateProblems(client, 'liveUntil', liveUntil),
    typedData: (about) => heartbeatTypedData({ ...about, liveUntil }),
  })
}
