import { type Address, type Hex, zeroAddress } from 'viem'
import { type TermProblem, TermsInvalidError } from '../errors/terms.ts'
import { termProblems } from './termRules.ts'
import { type Terms, unsupportedTerms } from './terms.ts'

/** What `createTerms` takes. */
export type CreateTermsParameters = {
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
  /** Default: the native coin. */
  readonly token?: Address
  /** Share of the bond lost on a lapse, in basis points. Default 10,000. */
  readonly slashShare?: number
  /** The least a verdict may give, in basis points. Default 0. */
  readonly floor?: number
  /** What an unanswered review pays, in basis points. Default 10,000: silence is not the worker's fault. */
  readonly silence?: number
  /** Other chains whose accounts may work on it, in any order. Default: home only. */
  readonly chains?: readonly number[]
  /** Seconds added for remote workers. Needed with `chains`. Default 0. */
  readonly grace?: number
  /** 32 bytes that set the task apart from others with equal terms. Default random. */
  readonly salt?: Hex
  /** Seconds by the home chain's clock. Default this machine's. */
  readonly now?: number
}

/**
 * Terms with safe defaults, checked against all that the escrow would refuse.
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
  const { homeChainId, now = Math.floor(Date.now() / 1000), chains = [], salt = randomSalt(), ...rest } = parameters
  const terms: Terms = {
    ...unsupportedTerms,
    token: zeroAddress,
    slashShare: 10_000,
    floor: 0,
    silence: 10_000,
    grace: 0,
    ...rest,
    salt,
    chains: [...new Set(chains)].sort((a, b) => a - b).map(BigInt),
  }
  checkTerms({ terms, homeChainId, now })
  return terms
}

/**
 * Refuses terms that the escrow would refuse, and says all that is wrong at once.
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
