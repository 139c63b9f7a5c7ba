import { type Hex, isAddressEqual, zeroAddress } from 'viem'
import type { Client } from '../client.ts'
import { limitProblems, roleProblems, type SigningParameters, signAboutTask, workerProblems } from './signing.ts'
import { type Offer, offerTypedData } from './typedData.ts'

/** What `signOffer` takes. */
export type SignOfferParameters = SigningParameters & { readonly offer: Offer }

/**
 * Signs, as requester or worker, that a task becomes the worker's: see `hire`. `revokeSignature` takes it back.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const offer = { worker, sponsor: worker, token: 1, expiry }
 * const signature = await task.signOffer(client, { chainId: 1, terms, offer })
 * ```
 */
export async function signOffer(client: Client, parameters: SignOfferParameters): Promise<Hex> {
  const { terms, offer } = parameters
  return signAboutTask(client, parameters, {
    verb: 'task.signOffer',
    isBeforeWork: true,
    problems: (context) => [
      ...roleProblems(context, { requester: terms.requester, worker: offer.worker }),
      ...workerProblems(terms, 'worker', offer.worker),
      ...limitProblems(context, offer),
      ...(isAddressEqual(terms.allocation, zeroAddress)
        ? []
        : [{ field: 'allocation', reason: 'must be zero: nobody can be hired for a task with a policy' }]),
    ],
    typedData: ({ home }) => offerTypedData({ ...home, offer }),
  })
}
