import { isAddressEqual, isHash, zeroAddress, zeroHash } from 'viem'
import type { TermProblem } from '../errors/terms.ts'
import { maxPrerequisites, type Prerequisite } from './prerequisites.ts'
import { type Terms, totalOf } from './terms.ts'

type Context = {
  readonly terms: Terms
  readonly homeChainId: number
  readonly prerequisites: readonly Prerequisite[]
  readonly isHireOnly: boolean
  /** Whether every value has the form that the escrow takes. */
  readonly isWellFormed: boolean
}

/** What the escrow would take, and nobody means. */
export function prudenceProblems({ terms, homeChainId, prerequisites, isHireOnly, isWellFormed }: Context): TermProblem[] {
  const asked = prerequisiteProblems(prerequisites, homeChainId)
  return isWellFormed ? [...bondProblems(terms, isHireOnly), ...amountProblems(terms), ...asked] : asked
}

/** Who may take the task, and whether anybody can. */
function bondProblems({ workerBond, allocation, charter }: Terms, isHireOnly: boolean): TermProblem[] {
  const hasPolicy = !isAddressEqual(allocation, zeroAddress)
  if (isHireOnly) return hasPolicy ? [{ field: 'allocation', reason: 'must be zero: nobody can be hired for a task with a policy' }] : []
  // A charter for members only is a gate. Whether it is one is for whoever knows its document to say.
  if (workerBond !== 0n || charter !== zeroHash) return []
  return [{ field: 'workerBond', reason: 'must not be zero: claiming to block others would be free' }]
}

function amountProblems(terms: Terms): TermProblem[] {
  const total = totalOf(terms)
  if (total >> 128n === 0n) return []
  return [{ field: 'reward', reason: `is ${total} with the fee and the trigger reward, must fit in 128 bits` }]
}

function prerequisiteProblems(prerequisites: readonly Prerequisite[], homeChainId: number): TermProblem[] {
  const foreign = prerequisites.find(({ chainId }) => chainId !== homeChainId)
  const malformed = prerequisites.find(({ taskId }) => !isHash(taskId))
  const field = 'prerequisites'
  return [
    ...(prerequisites.length > maxPrerequisites
      ? [{ field, reason: `${prerequisites.length} of them, must be at most ${maxPrerequisites}` }]
      : []),
    ...(foreign === undefined
      ? []
      : [{ field, reason: `task ${foreign.taskId} is of chain ${foreign.chainId}, must be of the home chain` }]),
    ...(malformed === undefined ? [] : [{ field, reason: `task ${malformed.taskId} is no id of 32 bytes` }]),
  ]
}
