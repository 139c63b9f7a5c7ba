import { type Account, isAddressEqual } from 'viem'
import { signTypedData } from 'viem/actions'
import { contractIn } from '../actions/contractIn.ts'
import { type Client, chainOf, clientOf } from '../client.ts'
import { AccountMissingError } from '../errors/client.ts'
import { SignatureRefusedError, type TermProblem } from '../errors/terms.ts'
import { proposalProblems } from './proposalProblems.ts'
import { acceptanceTypedData } from './typedData.ts'
import type { Acceptance, Proposal } from './types.ts'

/** What `signAcceptance` takes. */
export type SignAcceptanceParameters = {
  /** Where the agreement is made. */
  readonly chainId: number
  readonly proposal: Proposal
  /** Absolute seconds: the acceptance no longer counts at this one. Those who sign for one `agree` name the same. */
  readonly expiry: number
  /** Signs instead of the client's account. */
  readonly account?: Account
}

/**
 * Accepts a proposal by a signature, for `agree` or `accept`. It counts until its expiry and cannot be taken back.
 *
 * @throws SignatureRefusedError naming all that is wrong: the signer takes no part, the hashes are not those of what is shown, it ran out;
 * AccountMissingError.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const acceptance = await agreement.signAcceptance(client, { chainId: 1, proposal, expiry })
 * ```
 */
export async function signAcceptance(client: Client, parameters: SignAcceptanceParameters): Promise<Acceptance> {
  const { chainId, proposal, expiry } = parameters
  const verb = 'agreement.signAcceptance'
  const account = parameters.account ?? client.account
  if (account === undefined) throw new AccountMissingError(verb)
  const problems = problemsOf({ proposal, expiry, account, now: Math.floor(client.now() / 1000) })
  if (problems.length > 0) throw new SignatureRefusedError({ verb, problems })
  const { intentHash, payload } = proposal
  const home = { chainId, agreements: contractIn(chainOf(client, chainId).deployment, 'agreements') }
  const message = { intentHash, participant: account.address, expiry: BigInt(expiry), conditionsHash: payload.conditionsHash }
  const typedData = acceptanceTypedData({ ...home, ...message })
  return { participant: account.address, signature: await signTypedData(clientOf(client, chainId), { account, ...typedData }) }
}

type Look = { readonly proposal: Proposal; readonly expiry: number; readonly account: Account; readonly now: number }

function problemsOf({ proposal, expiry, account, now }: Look): TermProblem[] {
  const isAmong = proposal.intent.participants.some((participant) => isAddressEqual(participant, account.address))
  return [
    ...(isAmong ? [] : [{ field: 'account', reason: `is ${account.address}, must be a participant` }]),
    ...proposalProblems(proposal, now),
    ...(expiry > now ? [] : [{ field: 'expiry', reason: `is ${expiry}, must be later than now: it is ${now}` }]),
  ]
}
