import { reviseFunction } from '../abis/quorumVerdict.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type JudgeSignature, orderedSignatures } from './panel.ts'
import { revisionIn, type TaskRevision } from './revise.ts'
import type { Terms } from './terms.ts'
import type { Work } from './work.ts'

const quorumVerdictAbi = [reviseFunction] as const

/** What `reviseByPanel` takes. */
export type ReviseByPanelParameters = WriteParameters & {
  /** Their evaluator is the panel. */
  readonly terms: Terms
  /** What was judged: see `getWork`. */
  readonly work: Work
  /** Absolute seconds: the signatures count until then. */
  readonly expiry: number
  /** Of a quorum of judges, in any order: see `signRevision`. */
  readonly signatures: readonly JudgeSignature[]
}

/**
 * Brings a panel's wish for a revision. Anyone with the signatures of enough judges may.
 *
 * @throws QuorumMissed, JudgeWrong, JudgementNotSigned, VerdictExpired, and what `revise` throws: the contracts' errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.reviseByPanel.sync(client, { chainId: 1, terms, work, expiry, signatures })
 * ```
 */
export const reviseByPanel = /* @__PURE__ */ defineWrite<ReviseByPanelParameters, TaskRevision>({
  verb: 'task.reviseByPanel',
  call: (_deployment, { terms, work, expiry, signatures }) =>
    encodeCall(terms.evaluator, {
      abi: quorumVerdictAbi,
      functionName: 'revise',
      args: [terms, work, expiry, orderedSignatures(signatures)],
    }),
  event: revisionIn,
})

/** `reviseByPanel`, waiting for the receipt. */
export const reviseByPanelSync: typeof reviseByPanel.sync = (client, parameters) => reviseByPanel.sync(client, parameters)
