import { type Hex, numberToHex } from 'viem'
import { type TermProblem, TermsInvalidError } from '../errors/terms.ts'

const whole = 10_000

/**
 * What the policy `RisingReward` is told: the price rises from a first share of the reward to the whole of it at `openUntil`.
 *
 * @param parameters.startShare Basis points, 1 to 10,000.
 * @throws TermsInvalidError when it has no such value.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const terms = task.createTerms({ ...rest, allocation: risingReward, allocationParams: task.risingReward({ startShare: 2_000 }) })
 * ```
 */
export function risingReward({ startShare }: { readonly startShare: number }): Hex {
  refuse(rangeProblems({ startShare }, 1))
  return numberToHex(startShare, { size: 32 })
}

/**
 * What the policy `SignedBids` is told: each bid asks for less than the standing one by a least step.
 *
 * @param parameters.minStep Basis points of the standing share, 1 to 10,000.
 * @param parameters.reserve The most that a bid may ask for, in basis points, 1 to 10,000. Default: the whole reward.
 * @throws TermsInvalidError naming every value that is wrong.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const allocationParams = task.signedBids({ minStep: 200, reserve: 9_000 })
 * ```
 */
export function signedBids({ minStep, reserve = whole }: { readonly minStep: number; readonly reserve?: number }): Hex {
  refuse([...rangeProblems({ minStep }, 1), ...rangeProblems({ reserve }, 1)])
  // No reserve is zero.
  return numberToHex(minStep + (reserve === whole ? 0 : reserve * 2 ** 16), { size: 32 })
}

function rangeProblems(values: Readonly<Record<string, number>>, least: number): TermProblem[] {
  return Object.entries(values).flatMap(([field, value]) =>
    Number.isInteger(value) && value >= least && value <= whole
      ? []
      : [{ field, reason: `is ${value} basis points, must be ${least} to ${whole}` }],
  )
}

function refuse(problems: readonly TermProblem[]): void {
  if (problems.length > 0) throw new TermsInvalidError(problems)
}
