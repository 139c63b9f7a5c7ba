import { type Address, type Hex, isHash, zeroAddress, zeroHash } from 'viem'
import { type TermProblem, TermsInvalidError } from '../errors/terms.ts'
import { type Prerequisite, prerequisitesHash } from './prerequisites.ts'
import { formProblems, termProblems } from './termRules.ts'
import { type Terms, unusedTerms } from './terms.ts'
import { prudenceProblems } from './termsPrudence.ts'

/** What a task can do without. Each has a default under which nothing comes of it. */
export type OptionalTerms = {
  /** Default: the native coin. */
  readonly token?: Address
  /** Share of the bond lost on a lapse, in basis points. Default 10,000. */
  readonly slashShare?: number
  /** Base units that the first doubt of an assignment costs; each further one costs double. Needs `answerWindow`. Default: nobody may doubt. */
  readonly suspectBond?: bigint
  /** Seconds that a doubted worker has to answer, at most until its deadline. */
  readonly answerWindow?: number
  /** Base units for a verdict. Default 0. */
  readonly evaluatorFee?: bigint
  /** Base units for whoever fires the default that ends the task. Default 0. */
  readonly triggerReward?: bigint
  /** The least a verdict may give where there is no arbitrator, in basis points. Default 0. */
  readonly floor?: number
  /** What an unanswered review pays, in basis points. Default 10,000: silence is not the worker's fault. */
  readonly silence?: number
  /** Decides disputes. Needs `disputeWindow` and `arbitrationWindow`. Default: every verdict stands. */
  readonly arbitrator?: Address
  /** Base units that contesting and countering cost each. Default 0. */
  readonly disputeBond?: bigint
  /** Seconds in which a contested verdict may be countered. */
  readonly disputeWindow?: number
  /** Seconds that the arbitrator has. */
  readonly arbitrationWindow?: number
  /** The worker's share when the arbitrator stays silent, in basis points. Default 0. */
  readonly defaultSplit?: number
  /** A policy that chooses or prices. Default: whoever claims first, for the whole reward. */
  readonly allocation?: Address
  /** What the policy is told. Its encoder makes it. */
  readonly allocationParams?: Hex
  /** Seconds in which better bids count. With it the policy is an auction. */
  readonly challengeWindow?: number
  /** How often the evaluator may ask for a revision, at most 15. Default 0. */
  readonly maxRevisions?: number
  /** Whether the work may be handed on. 0: worker and successor suffice. 1: the requester signs too. 2: never. Default 0. */
  readonly handoffRule?: number
  /** The task that pays for this one. Default: the requester does. */
  readonly parent?: Hex
  /** How much of the reward the worker may spend on children, in base units. Default 0. */
  readonly delegable?: bigint
  /** What has to be settled first, at home. Default: nothing. */
  readonly prerequisites?: readonly Prerequisite[]
  /** The least verdict that each prerequisite was settled with, in basis points. Default 0. */
  readonly minPrerequisiteShare?: number
  /** The charter that the task is under. If it lets only members claim, the bond may be zero. Default: none. */
  readonly charter?: Hex
  /** The charter's current epoch. Needed with `charter`. */
  readonly epoch?: number
  /** Other chains whose accounts may work on it, in any order. Default: home only. */
  readonly chains?: readonly number[]
  /** Seconds added for remote workers, and that defaults wait. Needed with `chains`. Default 0. */
  readonly grace?: number
  /** 32 bytes that set the task apart from others with equal terms. Default random. */
  readonly salt?: Hex
}

/** What `createTerms` takes. */
export type CreateTermsParameters = OptionalTerms & {
  /** Where the task lives. */
  readonly homeChainId: number
  readonly requester: Address
  readonly evaluator: Address
  /** keccak-256 of the task's description. */
  readonly specHash: Hex
  /** Base units. */
  readonly reward: bigint
  /** Base units. Without a bond, claiming to block others would be free. */
  readonly workerBond: bigint
  /** Absolute seconds: nobody may claim after that. */
  readonly openUntil: number
  /** Seconds from the claim to the submission. */
  readonly workWindow: number
  /** Seconds from the submission to the verdict. */
  readonly reviewWindow: number
  /** Whether it is meant that nobody can claim the task, only be hired for it: then the bond may be zero. Default false. */
  readonly isHireOnly?: boolean
  /** Seconds by the home chain's clock. Default this machine's. */
  readonly now?: number
}

/**
 * Terms with safe defaults, checked against all that the escrow would refuse, and against what it would not but nobody means. The presets (`presets.bounty`,
 * `hire`, `auction` and `quorum` also ask the chains.
 *
 * @throws TermsInvalidError naming every field that is wrong, and why.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 * import { keccak256, parseEther } from 'viem'
 *
 * const now = Math.floor(Date.now() / 1000)
 * const terms = task.createTerms({
 *   homeChainId: 31337, requester, evaluator, specHash: keccak256(spec),
 *   reward: parseEther('1'), workerBond: parseEther('0.1'),
 *   openUntil: now + 3600, workWindow: 1800, reviewWindow: 1800,
 * })
 * ```
 */
export function createTerms(parameters: CreateTermsParameters): Terms {
  const { now = Math.floor(Date.now() / 1000), ...rest } = parameters
  const { terms, problems } = draftTerms({ ...rest, now })
  if (problems.length > 0) throw new TermsInvalidError(problems)
  return terms
}

/** Terms before anybody looked at the chains. */
export type DraftTerms = {
  readonly terms: Terms
  readonly problems: readonly TermProblem[]
  /** Whether every value has the form that the escrow takes. */
  readonly isWellFormed: boolean
}

/** Terms as `createTerms` makes them, and all that is wrong with them. */
export function draftTerms(parameters: CreateTermsParameters & { readonly now: number }): DraftTerms {
  const { homeChainId, now, isHireOnly = false, chains = [], prerequisites = [], salt = randomSalt(), ...rest } = parameters
  const terms: Terms = {
    ...unusedTerms,
    token: zeroAddress,
    slashShare: 10_000,
    floor: 0,
    silence: 10_000,
    grace: 0,
    ...rest,
    // A list that is refused has no hash.
    prerequisites: prerequisites.every(({ taskId }) => isHash(taskId)) ? prerequisitesHash(prerequisites) : zeroHash,
    salt,
    chains: [...new Set(chains)].sort((a, b) => a - b).map(BigInt),
  }
  const wrong = termProblems({ terms, homeChainId, now })
  const isWellFormed = formProblems(terms).length === 0
  const imprudent = prudenceProblems({ terms, homeChainId, prerequisites, isHireOnly, isWellFormed })
  return { terms, problems: [...wrong, ...imprudent], isWellFormed }
}

/**
 * Refuses terms that the escrow would refuse, and says all that is wrong at once. What only the chain knows, as whether the token has code, is not
 * looked at.
 *
 * @param parameters.now Seconds by the home chain's clock.
 * @throws TermsInvalidError naming every field that is wrong, and why.
 */
export function checkTerms(parameters: { readonly terms: Terms; readonly homeChainId: number; readonly now: number }): void {
  const problems: readonly TermProblem[] = termProblems(parameters)
  if (problems.length > 0) throw new TermsInvalidError(problems)
}

function randomSalt(): Hex {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(32))
  return `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
