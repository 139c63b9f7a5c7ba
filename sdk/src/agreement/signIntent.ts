import { type Account, type Hex, isAddressEqual } from 'viem'
import { signTypedData } from 'viem/actions'
import { contractIn } from '../actions/contractIn.ts'
import { type Client, chainOf, clientOf } from '../client.ts'
import { AccountMissingError } from '../errors/client.ts'
import { SignatureRefusedError } from '../errors/terms.ts'
import { proposalProblems } from './proposalProblems.ts'
import { intentTypedData } from './typedData.ts'
import type { Proposal } from './types.ts'

/** What `signIntent` takes. */
export type SignIntentParameters = {
  /** Where the agreement is made. */
  readonly chainId: number
  readonly proposal: Proposal
  /** Signs instead of the client's account. */
  readonly account?: Account
}

/**
 * Signs a proposal as its proposer, for `propose`. It accepts nothing: its proposer accepts like everybody else.
 *
 * @throws SignatureRefusedError naming all that is wrong: the signer is not the proposer, the hashes are not those of what is shown, it ran out;
 * AccountMissingError.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const signature = await agreement.signIntent(client, { chainId: 1, proposal })
 * ```
 */
export async function signIntent(client: Client, { chainId, proposal, account = client.account }: SignIntentParameters): Promise<Hex> {
  const verb = 'agreement.signIntent'
  if (account === undefined) throw new AccountMissingError(verb)
  const { intent } = proposal
  const isProposer = isAddressEqual(intent.agentId, account.address)
  const problems = [
    ...(isProposer ? [] : [{ field: 'account', reason: `is ${account.address}, must be the proposer ${intent.agentId}` }]),
    ...proposalProblems(proposal, Math.floor(client.now() / 1000)),
  ]
  if (problems.length > 0) throw new SignatureRefusedError({ verb, problems })
  const typedData = intentTypedData({ chainId, agreements: contractIn(chainOf(client, chainId).deployment, 'agreements'), intent })
  return signTypedData(clientOf(client, chainId), { account, ...typedData })
}
