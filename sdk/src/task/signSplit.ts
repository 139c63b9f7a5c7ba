import { type Address, type Hex, zeroHash } from 'viem'
import type { Client } from '../client.ts'
import { limitProblems, roleProblems, type SigningParameters, shareProblems, signAboutTask } from './signing.ts'
import { type Split, splitTypedData } from './typedData.ts'

/** What `signSplit` takes. */
export type SignSplitParameters = SigningParameters & {
  /** The worker of record. */
  readonly worker: Address
  readonly agreed: Split
}

/**
 * Signs, as requester or worker, that a task ends at a share: see `split`. `revokeSignature` takes it back.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const agreed = { share: 3_000, token, expiry }
 * const signatureWorker = await task.signSplit(client, { chainId: 1, terms, worker, agreed })
 * ```
 */
export async function signSplit(client: Client, parameters: SignSplitParameters): Promise<Hex> {
  const { terms, worker, agreed } = parameters
  return signAboutTask(client, parameters, {
    verb: 'task.signSplit',
    isBeforeWork: false,
    problems: (context) => [
      ...roleProblems(context, { requester: terms.requester, worker }),
      ...shareProblems(agreed.share, 0),
      ...limitProblems(context, agreed),
      ...(terms.parent === zeroHash ? [] : [{ field: 'parent', reason: 'must be zero: a child is paid with another’s money' }]),
    ],
    typedData: ({ home }) => splitTypedData({ ...home, agreed }),
  })
}
