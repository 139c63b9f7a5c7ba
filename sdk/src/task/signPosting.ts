import { type Hex, zeroHash } from 'viem'
import type { Client } from '../client.ts'
import { limitProblems, roleProblems, type SigningParameters, signAboutTask } from './signing.ts'
import { postingTypedData } from './typedData.ts'

/** What `signPosting` takes. */
export type SignPostingParameters = SigningParameters & {
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
}

/**
 * Signs, as its requester, that anyone may post and pay a task: see `openFor`. `revoke` takes it back.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signature = await task.signPosting(requester, { chainId: 1, terms, expiry })
 * await task.openFor.sync(payer, { chainId: 1, terms, expiry, signature })
 * ```
 */
export async function signPosting(client: Client, parameters: SignPostingParameters): Promise<Hex> {
  const { terms, expiry } = parameters
  return signAboutTask(client, parameters, {
    verb: 'task.signPosting',
    isBeforeWork: true,
    problems: (context) => [
      ...roleProblems(context, { requester: terms.requester }),
      ...limitProblems(context, { expiry }),
      ...(terms.parent === zeroHash
        ? []
        : [{ field: 'parent', reason: 'must be zero: a child is posted by its parent’s worker, with `openChild`' }]),
    ],
    typedData: ({ home }) => postingTypedData({ ...home, expiry }),
  })
}
