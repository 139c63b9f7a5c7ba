import type { Address, Hex } from 'viem'
import type { Client } from '../client.ts'
import { type AgentSigningParameters, signAboutAgent } from './signing.ts'
import { operatorTypedData } from './typedData.ts'

/** What `signOperator` takes. */
export type SignOperatorParameters = AgentSigningParameters & { readonly operator: Address; readonly isOperator: boolean }

/**
 * Signs, as its controller, that an account becomes an operator of an agent, or no longer is one: see `setOperatorFor`. Any change of the agent but a longer life ends the signature.
 *
 * @throws SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const signature = await agent.signOperator(client, { chainId: 1, agentId, operator, isOperator: true, expiry })
 * ```
 */
export async function signOperator(client: Client, parameters: SignOperatorParameters): Promise<Hex> {
  const { operator, isOperator } = parameters
  return signAboutAgent(client, parameters, {
    verb: 'agent.signOperator',
    typedData: (about) => operatorTypedData({ ...about, operator, isOperator }),
  })
}
