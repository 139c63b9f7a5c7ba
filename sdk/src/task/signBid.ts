import type { Hex } from 'viem'
import type { Client } from '../client.ts'
import { limitProblems, roleProblems, type SigningParameters, shareProblems, signAboutTask, workerProblems } from './signing.ts'
import { isAuction } from './terms.ts'
import { type Bid, bidTypedData } from './typedData.ts'

/** What `signBid` takes. */
export type SignBidParameters = SigningParameters & { readonly bid: Bid }

/**
 * Signs, as a worker, a bid in an auction: see `propose`. `revokeSignature` takes it back.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const bid = { worker, sponsor: worker, share: 6_000, token: 1, expiry }
 * const signature = await task.signBid(client, { chainId: 1, terms, bid })
 * ```
 */
export async function signBid(client: Client, parameters: SignBidParameters): Promise<Hex> {
  const { terms, bid } = parameters
  return signAboutTask(client, parameters, {
    verb: 'task.signBid',
    isBeforeWork: false,
    problems: (context) => [
      ...roleProblems(context, { worker: bid.worker }),
      ...workerProblems(terms, 'worker', bid.worker),
      ...shareProblems(bid.share, 1),
      ...limitProblems(context, bid),
      ...(isAuction(terms) ? [] : [{ field: 'challengeWindow', reason: 'must not be zero: the task is no auction' }]),
    ],
    typedData: ({ home }) => bidTypedData({ ...home, bid }),
  })
}
