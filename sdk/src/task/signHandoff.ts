import type { Address, Hex } from 'viem'
import type { Client } from '../client.ts'
import { limitProblems, roleProblems, type SigningParameters, signAboutTask, workerProblems } from './signing.ts'
import { type Handoff, handoffTypedData } from './typedData.ts'

/** What `signHandoff` takes. */
export type SignHandoffParameters = SigningParameters & {
  /** The worker of record. */
  readonly from: Address
  readonly change: Handoff
}

/**
 * Signs, as one of the two workers or as the requester, that an assignment passes on: see `handoff`. `revokeSignature` takes it back.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const change = { to: successor, sponsor: successor, token, expiry }
 * const signatureFrom = await task.signHandoff(client, { chainId: 1, terms, from: worker, change })
 * ```
 */
export async function signHandoff(client: Client, parameters: SignHandoffParameters): Promise<Hex> {
  const { terms, from, change } = parameters
  return signAboutTask(client, parameters, {
    verb: 'task.signHandoff',
    isBeforeWork: false,
    problems: (context) => [
      ...roleProblems(context, { worker: from, successor: change.to, requester: terms.requester }),
      ...workerProblems(terms, 'to', change.to),
      ...limitProblems(context, change),
      ...(terms.handoffRule < 2 ? [] : [{ field: 'handoffRule', reason: 'is 2: the task is never handed on' }]),
    ],
    typedData: ({ home }) => handoffTypedData({ ...home, from, change }),
  })
}
