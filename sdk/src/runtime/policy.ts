import { type Address, type Hex, isAddressEqual, zeroAddress, zeroHash } from 'viem'
import type { CharterDocument } from '../charter/document.ts'
import type { Actor } from '../task/actor.ts'
import type { TaskView } from '../task/getTask.ts'
import { admits } from '../task/getTasks.ts'
import type { TaskSpec } from '../task/spec.ts'
import type { Terms } from '../task/terms.ts'

/** A task that an agent may take, and for how much. */
export type TaskOffer = {
  readonly homeChainId: number
  readonly taskId: Hex
  readonly terms: Terms
  readonly view: TaskView
  readonly spec: TaskSpec
  /** What it pays now, in basis points of the reward; in an auction the most that may be asked for. */
  readonly share: number
  /** The same in base units of the terms' token. */
  readonly price: bigint
}

/** An assignment of another worker that an agent would take in its place. */
export type DoubtOffer = TaskOffer & {
  readonly worker: Actor
  /** Seconds for which the worker has it. */
  readonly heldSeconds: number
}

/** A charter whose tasks an agent takes. */
export type FollowedCharter = {
  readonly charterId: Hex
  /** The rules that it knows and agrees to. */
  readonly document: CharterDocument
  /** Whether it goes on under other rules, once amended. Default: it does not. */
  readonly accepts?: (next: CharterDocument, epoch: number) => boolean | Promise<boolean>
}

/** What an agent puts at stake in one coin. Coins that are not listed it does not work for. */
export type Stake = {
  /** Zero is the native coin. */
  readonly token: Address
  /** Base units: the most that may lie in bonds on one chain at a time. What is missing is deposited when it claims. */
  readonly bonds: bigint
}

/** What an agent wants. */
export type AgentPolicy = {
  /** Tasks in hand at a time, claims under way included. Default 1. */
  readonly concurrency?: number
  /** At least one. */
  readonly stakes: readonly Stake[]
  /** Whose verdicts it takes besides those that its charters name. Default: nobody's. */
  readonly evaluators?: readonly Address[] | 'any'
  /** A floor of so many basis points makes any evaluator good enough. Default 10,000: whatever it says, the work is paid in full. */
  readonly minFloor?: number
  /** Who may decide its disputes, which makes any evaluator good enough. Default: nobody. */
  readonly arbitrators?: readonly Address[]
  /** Default: none, and tasks under a charter are left alone. */
  readonly charters?: readonly FollowedCharter[]
  /**
   * What the work costs the agent, in base units of the terms' token; undefined: it does not want it. A task is claimed when it pays as much, and an
   * auction gets this as bid. Default: nothing.
   */
  readonly cost?: (offer: TaskOffer) => bigint | undefined | Promise<bigint | undefined>
  /** Accounts that may want the task too, its own included or not. Each waits for its public rank. Default: none, so it claims at once. */
  readonly rivals?: (offer: TaskOffer) => readonly Address[] | Promise<readonly Address[]>
  /** Seconds between two ranks: as long as a claim takes until all see it. Default: a block of the home; claims through portals need more. */
  readonly rankSeconds?: number
  /** Seconds that it needs at least until a task's `openUntil`. Default 5. */
  readonly openMargin?: number
  /** Whether it triggers the lapse of others whose deadline passed, to have the task. Default true. */
  readonly mayLapse?: boolean
  /**
   * Whether it doubts that the worker of a task lives that it would take itself, where the terms let it: that puts up the bond of a doubt, which is lost
   * when the worker answers. Asked at every look while it has room for the task. Default: it waits for the deadline. See `silentCards`.
   */
  readonly doubts?: (offer: DoubtOffer) => boolean | Promise<boolean>
  /** How often a handler that throws is asked again. Default 2. */
  readonly retries?: number
}

/** Why an agent leaves a task alone, as one word. */
export type Unwanted =
  | 'ownTask'
  | 'notAdmitted'
  | 'hireOnly'
  | 'tooLate'
  | 'token'
  | 'bond'
  | 'charter'
  | 'evaluator'
  | 'specMissing'
  | 'spec'
  | 'capability'
  | 'price'
  | 'policy'
  | 'busy'

/** What `screenTerms` takes. */
export type ScreenTermsParameters = {
  readonly homeChainId: number
  readonly terms: Terms
  readonly me: Actor
  readonly policy: AgentPolicy
  /** Seconds by the home's clock. */
  readonly now: number
  /** The document of the terms' charter, where the agent agrees to it. */
  readonly document?: CharterDocument | undefined
}

/** Why terms alone make an agent leave a task, or undefined when they do not. */
export function screenTerms({ homeChainId, terms, me, policy, now, document }: ScreenTermsParameters): Unwanted | undefined {
  const { requester, evaluator, workerBond, openUntil, charter, token } = terms
  const isSame = (one: Address) => isAddressEqual(one, me.account)
  if (isSame(requester) || isSame(evaluator)) return 'ownTask'
  if (!admits(terms, { chainId: me.chainId, homeChainId })) return 'notAdmitted'
  if (workerBond === 0n && charter === zeroHash) return 'hireOnly'
  if (now + (policy.openMargin ?? 5) > openUntil) return 'tooLate'
  const stake = policy.stakes.find((one) => isAddressEqual(one.token, token))
  if (stake === undefined) return 'token'
  if (workerBond > stake.bonds) return 'bond'
  if (charter !== zeroHash && document === undefined) return 'charter'
  return isJudgedFairly({ terms, policy, document }) ? undefined : 'evaluator'
}

type Judged = { readonly terms: Terms; readonly policy: AgentPolicy; readonly document: CharterDocument | undefined }

/** Only evaluators that it or its charter names, floors that it likes, or disputes before somebody it trusts. */
function isJudgedFairly({ terms: { evaluator, arbitrator, floor }, policy, document }: Judged): boolean {
  const { evaluators = [], minFloor = 10_000, arbitrators = [] } = policy
  if (evaluators === 'any' || evaluators.some((one) => isAddressEqual(one, evaluator))) return true
  const named = document?.policies.evaluator ?? zeroAddress
  if (!isAddressEqual(named, zeroAddress) && isAddressEqual(named, evaluator)) return true
  if (isAddressEqual(arbitrator, zeroAddress)) return floor >= minFloor
  return arbitrators.some((one) => isAddressEqual(one, arbitrator))
}

/** The least share of a reward, in basis points, that covers a cost; undefined when the whole does not. */
export function shareFor(cost: bigint, reward: bigint): number | undefined {
  if (reward === 0n) return cost <= 0n ? 1 : undefined
  const share = cost <= 0n ? 1n : (cost * 10_000n + reward - 1n) / reward
  return share > 10_000n ? undefined : Number(share < 1n ? 1n : share)
}
