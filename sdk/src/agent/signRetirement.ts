import type { Hex } from 'viem'
import type { Client } from '../client.ts'
import { type AgentSigningParameters, signAboutAgent } from './signing.ts'
import { retirementTypedData } from './typedData.ts'

/** What `signRetirement` takes. */
export type SignRetirementParameters = AgentSigningParameters

/**
 * Signs, as its controller, that an agent ends: see `retireFor`. Any change of the agent but a longer life ends the signature.
 *
 * @throws SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const signature = await agent.signRetirement(client, { chainId: 1, agentId, expiry })
 * ```
 */
export async function signRetirement(client: Client, parameters: SignRetirementParameters): Promise<Hex> {
  return signAboutAgent(client, parameters, {
    verb: 'agent.signRetirement',
    typedData: (about) => retirementTypedData(about),
  })
}
