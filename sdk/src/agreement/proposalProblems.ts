import type { TermProblem } from '../errors/terms.ts'
import { intentHashOf, payloadHashOf } from './hashes.ts'
import type { Proposal } from './types.ts'

/** Why nobody should sign a proposal. What is signed is a hash: that it is the hash of what was shown has to be seen before. */
export function proposalProblems({ intent, payload, intentHash }: Proposal, now: number): TermProblem[] {
  return [
    ...(intentHashOf(intent) === intentHash ? [] : [{ field: 'intentHash', reason: 'is not the hash of the intent' }]),
    ...(payloadHashOf(payload) === intent.payloadHash ? [] : [{ field: 'payloadHash', reason: 'is not the hash of the payload' }]),
    ...(payload.coordinationType === intent.coordinationType ? [] : [{ field: 'coordinationType', reason: 'is not that of the intent' }]),
    ...(intent.expiry > BigInt(now) ? [] : [{ field: 'intent.expiry', reason: `is ${intent.expiry}: it is ${now}` }]),
  ]
}
