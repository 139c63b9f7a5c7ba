import { type Address, type Hex, isAddressEqual, zeroAddress } from 'viem'
import type { TermProblem } from '../errors/terms.ts'
import type { Terms } from '../task/terms.ts'
import type { CharterDocument } from './document.ts'

/**
 * What terms say against the charter that they name. The escrow knows the charter's hash alone: that terms keep its rules is for both sides to see.
 *
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * const problems = charter.termProblemsUnder(document, terms)
 * if (problems.length > 0) console.log(problems[0].reason)
 * ```
 */
export function termProblemsUnder({ windows, policies, chains }: CharterDocument, terms: Terms): readonly TermProblem[] {
  const lasting = {
    challenge: [terms.challengeWindow, terms.challengeWindow !== 0],
    work: [terms.workWindow, true],
    review: [terms.reviewWindow, true],
    dispute: [terms.disputeWindow, terms.disputeWindow !== 0],
    arbitration: [terms.arbitrationWindow, terms.arbitrationWindow !== 0],
    grace: [terms.grace, true],
  } as const
  const short = Object.entries(lasting).flatMap(([name, [actual, counts]]) => {
    const least: number = Reflect.get(windows, name)
    if (!counts || actual >= least) return []
    const field = name === 'grace' ? name : `${name}Window`
    return [{ field, reason: `is ${actual} s, the charter (windows.${name}) wants at least ${least} s` }]
  })
  const unknown = terms.chains.filter((chainId) => chains.length > 0 && !chains.some((rule) => BigInt(rule.chainId) === chainId))
  return [
    ...short,
    ...named('allocation', terms.allocation, policies.allocation),
    ...(isAddressEqual(policies.allocation, zeroAddress) ? [] : params(terms.allocationParams, policies.allocationParams)),
    ...named('evaluator', terms.evaluator, policies.evaluator),
    ...named('arbitrator', terms.arbitrator, policies.arbitrator),
    ...unknown.map((chainId) => ({ field: 'chains', reason: `has chain ${chainId}, for which the charter has no rule` })),
  ]
}

function named(field: 'allocation' | 'evaluator' | 'arbitrator', actual: Address, wanted: Address): TermProblem[] {
  if (isAddressEqual(wanted, zeroAddress) || isAddressEqual(actual, wanted)) return []
  return [{ field, reason: `is ${actual}, the charter (policies.${field}) wants ${wanted}` }]
}

/** Only together with a policy that reads them. */
function params(actual: Hex, wanted: Hex): TermProblem[] {
  if (actual.toLowerCase() === wanted.toLowerCase()) return []
  return [{ field: 'allocationParams', reason: `is ${actual}, the charter (policies.allocationParams) wants ${wanted}` }]
}
