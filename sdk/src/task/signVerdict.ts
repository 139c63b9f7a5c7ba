import { type Hex, isAddressEqual, zeroAddress } from 'viem'
import type { Client } from '../client.ts'
import { verdictTypedData } from './panelTypedData.ts'
import { limitProblems, type SigningParameters, shareProblems, signAboutTask } from './signing.ts'
import type { Work } from './work.ts'

/** What `signVerdict` takes. */
export type SignVerdictParameters = SigningParameters & {
  /** What was judged: see `getWork`. */
  readonly work: Work
  /** Basis points of the agreed price. */
  readonly verdict: number
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
}

/**
 * Signs, as a judge of the panel that the terms name as their evaluator, a verdict over one deliverable: see `decideByPanel`. Whether the signer is a judge of it only the panel knows.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signature = await task.signVerdict(client, { chainId: 1, terms, work, verdict: 10_000, expiry })
 * const signatures = [...others, { judge: account.address, signature }]
 * ```
 */
export async function signVerdict(client: Client, parameters: SignVerdictParameters): Promise<Hex> {
  const { terms, work, verdict, expiry } = parameters
  return signAboutTask(client, parameters, {
    verb: 'task.signVerdict',
    isBeforeWork: false,
    problems: (context) => [
      ...(isAddressEqual(context.account.address, work.worker)
        ? [{ field: 'account', reason: 'is the worker: nobody judges its own work' }]
        : []),
      ...limitProblems(context, { token: work.token, expiry }),
      ...shareProblems(verdict, isAddressEqual(terms.arbitrator, zeroAddress) ? terms.floor : 0),
    ],
    typedData: ({ home: { chainId, taskId } }) => verdictTypedData({ chainId, panel: terms.evaluator, taskId, work, verdict, expiry }),
  })
}
