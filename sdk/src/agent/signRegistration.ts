import { type Account, type Hex, zeroHash } from 'viem'
import { signTypedData } from 'viem/actions'
import { type Client, clientOf } from '../client.ts'
import type { Profile } from './profile.ts'
import { dateProblems, homeOf, refuse, signerOf } from './signing.ts'
import { registrationTypedData } from './typedData.ts'

/** What `signRegistration` takes. */
export type SignRegistrationParameters = {
  readonly chainId: number
  readonly profile: Profile
  /** Absolute seconds until which the agent says it lives: at most a year ahead. */
  readonly liveUntil: number
  /** Default zero. */
  readonly salt?: Hex
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  /** Signs instead of the client's account. */
  readonly account?: Account
}

/**
 * Signs, as its controller, that an agent be registered: see `registerFor`. Asks no node, unless the account lives in one.
 *
 * @throws SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const signature = await agent.signRegistration(client, { chainId: 1, profile, liveUntil, expiry })
 * ```
 */
export async function signRegistration(client: Client, parameters: SignRegistrationParameters): Promise<Hex> {
  const { chainId, profile, liveUntil, salt = zeroHash, expiry } = parameters
  const verb = 'agent.signRegistration'
  const account = signerOf(client, { verb, account: parameters.account })
  refuse(verb, [...dateProblems(client, 'expiry', expiry), ...dateProblems(client, 'liveUntil', liveUntil)])
  const message = { controller: account.address, salt, liveUntil, profile, expiry }
  return signTypedData(clientOf(client, chainId), { account, ...registrationTypedData({ ...homeOf(client, chainId), ...message }) })
}
