import { type Hex, zeroHash } from 'viem'
import type { Client } from '../client.ts'
import { FormatError } from '../errors/format.ts'
import { type TermProblem, TermsInvalidError } from '../errors/terms.ts'
import type { Terms } from '../task/terms.ts'
import { requireSame } from './diff.ts'
import type { CharterDocument } from './document.ts'
import { documentHashOf } from './documentHash.ts'
import { type CharterView, getCharter } from './getCharter.ts'
import { getDocument } from './getDocument.ts'
import { termProblemsUnder } from './termProblemsUnder.ts'

/** What `requireTermsUnder` takes. */
export type RequireTermsUnderParameters = {
  /** Where the task lives. */
  readonly chainId: number
  readonly terms: Terms
  /** The rules that the caller takes for granted. */
  readonly document: CharterDocument
}

/**
 * Throws unless the charter that terms name says, rule by rule, what the caller takes for granted, and the terms keep it. For both sides, before
 * either puts money down: contracts know a charter by its hash alone. The charter's home has to be among the chains of the client.
 *
 * @throws CharterMismatchError whose message names the rule; TermsInvalidError naming what the terms break, or that their chain does not know their
 * charter in that epoch; FormatError when the charter's home shows another document than the one whose hash the task's chain knows.
 * @example
 * ```ts
 * import { charter, task } from '@hanse/sdk'
 *
 * await charter.requireTermsUnder(client, { chainId: 1, terms, document: ours })
 * await task.claim.sync(client, { chainId: 10, homeChainId: 1, terms, sponsor })
 * ```
 */
export async function requireTermsUnder(client: Client, { chainId, terms, document }: RequireTermsUnderParameters): Promise<void> {
  const { charter: charterId, epoch } = terms
  if (charterId === zeroHash) throw refused('charter', 'is none, and rules were expected')
  const { value: view } = await getCharter(client, { chainId, charterId, epoch })
  if (view === undefined) throw refused('charter', `is ${charterId} in epoch ${epoch}, which chain ${chainId} does not know`)
  // Equal hashes say the same; others may still, under another name.
  if (view.documentHash !== documentHashOf(document)) requireSame(document, await documentAtHome(client, { charterId, view }))
  const problems = termProblemsUnder(document, terms)
  if (problems.length > 0) throw new TermsInvalidError(problems)
}

/** The document behind a hash that a chain knows. */
async function documentAtHome(client: Client, { charterId, view }: { charterId: Hex; view: CharterView }): Promise<CharterDocument> {
  const { homeChainId, epoch, documentHash } = view
  const { value: found } = await getDocument(client, { chainId: homeChainId, charterId, epoch })
  if (found !== undefined && documentHashOf(found) === documentHash) return found
  const fact = found === undefined ? 'its home shows none' : `its home shows one of hash ${documentHashOf(found)}`
  throw new FormatError({
    subject: `The document of charter ${charterId} in epoch ${epoch}`,
    fact,
    expected: `one of hash ${documentHash}`,
  })
}

function refused(field: TermProblem['field'], reason: string): TermsInvalidError {
  return new TermsInvalidError([{ field, reason }])
}
