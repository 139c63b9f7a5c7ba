import { decideFunction } from '../abis/quorumVerdict.ts'
import { encodeCall } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { decidedIn, type TaskDecided } from './decide.ts'
import { type JudgeSignature, orderedSignatures } from './panel.ts'
import type { Terms } from './terms.ts'
import type { Work } from './work.ts'

const quorumVerdictAbi = [decideFunction] as const

/** What `decideByPanel` takes. */
export type DecideByPanelParameters = WriteParameters & {
  /** Their evaluator is the panel. */
  readonly terms: Terms
  /** What was judged: see `getWork`. */
  readonly work: Work
  /** Basis points of the agreed price. */
  readonly verdict: number
  /** Absolute seconds: the signatures count until then. */
  readonly expiry: number
  /** Of a quorum of judges, in any order: see `signVerdict`. */
  readonly signatures: readonly JudgeSignature[]
}

/**
 * Brings the verdict of a panel. Anyone with the signatures of enough judges may.
 *
 * @throws QuorumMissed, JudgeWrong, JudgementNotSigned, VerdictExpired, and what `decide` throws: the contracts' errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.decideByPanel.sync(client, { chainId: 1, terms, work, verdict: 10_000, expiry, signatures })
 * ```
 */
export const decideByPanel = /* @__PURE__ */ defineWrite<DecideByPanelParameters, TaskDecided>({
  verb: 'task.decideByPanel',
  gasMargin: 30,
  call: (_deployment, { terms, work, verdict, expiry, signatures }) =>
    encodeCall(terms.evaluator, {
      abi: quorumVerdictAbi,
      functionName: 'decide',
      args: [terms, work, verdict, expiry, orderedSignatures(signatures)],
    }),
  event: decidedIn,
})

/** `decideByPanel`, waiting for the receipt. */
export const decideByPanelSync: typeof decideByPanel.sync = (client, parameters) => decideByPanel.sync(client, parameters)
