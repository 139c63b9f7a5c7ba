import { type Hex, isAddressEqual } from 'viem'
import type { Client } from '../client.ts'
import { revisionTypedData } from './panelTypedData.ts'
import { limitProblems, type SigningParameters, signAboutTask } from './signing.ts'
import type { Work } from './work.ts'

/** What `signRevision` takes. */
export type SignRevisionParameters = SigningParameters & {
  /** What was judged: see `getWork`. */
  readonly work: Work
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
}

/**
 * Signs, as a judge of the panel that the terms name as their evaluator, that the work shall be revised: see `reviseByPanel`. Whether the signer is a judge of it only the panel knows.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signature = await task.signRevision(client, { chainId: 1, terms, work, expiry })
 * const signatures = [...others, { judge: account.address, signature }]
 * ```
 */
export async function signRevision(client: Client, parameters: SignRevisionParameters): Promise<Hex> {
  const { terms, work, expiry } = parameters
  return signAboutTask(client, parameters, {
    verb: 'task.signRevision',
    isBeforeWork: false,
    problems: (context) => [
      ...(isAddressEqual(context.account.address, work.worker)
        ? [{ field: 'account', reason: 'is the worker: nobody judges its own work' }]
        : []),
      ...limitProblems(context, { token: work.token, expiry }),
    ],
    typedData: ({ home: { chainId, taskId } }) => revisionTypedData({ chainId, panel: terms.evaluator, taskId, work, expiry }),
  })
}
