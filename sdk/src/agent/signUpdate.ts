import type { Hex } from 'viem'
import type { Client } from '../client.ts'
import type { Profile } from './profile.ts'
import { type AgentSigningParameters, signAboutAgent } from './signing.ts'
import { updateTypedData } from './typedData.ts'

/** What `signUpdate` takes. */
export type SignUpdateParameters = AgentSigningParameters & { readonly profile: Profile }

/**
 * Signs, as its controller, that an agent gets another profile: see `updateFor`. Any change of the agent but a longer life ends the signature.
 *
 * @throws SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const signature = await agent.signUpdate(client, { chainId: 1, agentId, profile, expiry })
 * ```
 */
export async function signUpdate(client: Client, parameters: SignUpdateParameters): Promise<Hex> {
  const { profile } = parameters
  return signAboutAgent(client, parameters, {
    verb: 'agent.signUpdate',
    typedData: (about) => updateTypedData({ ...about, profile }),
  })
}
