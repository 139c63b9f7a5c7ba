import { type Address, type Hex, isAddressEqual, zeroAddress, zeroHash } from 'viem'

/** All that a task promises. Windows are seconds, shares basis points, amounts base units of `token`. */
export type Terms = {
  /** Pays, and gets refunds. */
  readonly requester: Address
  /** Zero is the native coin. */
  readonly token: Address
  readonly reward: bigint
  /** Locked from a deposit made for the worker; returned unless it lapses or its work is judged worth nothing. Zero: only `hire`. */
  readonly workerBond: bigint
  /** Share of the bond that the requester gets on a lapse. */
  readonly slashShare: number
  /** What the first doubt of an assignment costs; each further one costs double. Zero: nobody may doubt. At most 96 bits. */
  readonly suspectBond: bigint
  /** How long a doubted worker has to answer, at most until its deadline. */
  readonly answerWindow: number
  /** What contesting costs the requester, and countering the worker. */
  readonly disputeBond: bigint
  /** keccak-256 of the task's description. */
  readonly specHash: Hex
  readonly evaluator: Address
  /** Escrowed besides the reward: the evaluator's when it gave a verdict, otherwise the requester's again. */
  readonly evaluatorFee: bigint
  /** The least a verdict may give where there is no arbitrator. */
  readonly floor: number
  /** What an unanswered review pays the worker. */
  readonly silence: number
  /** Decides disputes. Zero: there are none, and every verdict stands. */
  readonly arbitrator: Address
  /** The worker's share when the arbitrator stays silent. */
  readonly defaultSplit: number
  /** Who chooses the worker. Zero: whoever claims first. With a challenge window an auction policy, else a price policy. */
  readonly allocation: Address
  readonly allocationParams: Hex
  /** Absolute seconds: the only date in the terms. */
  readonly openUntil: number
  /** How long better bids count after the first. */
  readonly challengeWindow: number
  readonly workWindow: number
  readonly reviewWindow: number
  /** How long a contested verdict may be countered. */
  readonly disputeWindow: number
  readonly arbitrationWindow: number
  /** At most 15. */
  readonly maxRevisions: number
  /** 0: worker and successor suffice. 1: the requester signs too. 2: never. */
  readonly handoffRule: number
  /** The task that pays for this one. Zero: the requester does. */
  readonly parent: Hex
  /** How much of the reward the worker may spend on children. */
  readonly delegable: bigint
  /** `prerequisitesHash` of what has to be settled first. Zero: nothing. */
  readonly prerequisites: Hex
  /** The least verdict that each of them was settled with. */
  readonly minPrerequisiteShare: number
  /** The charter that the task is under. Zero: none. */
  readonly charter: Hex
  /** The charter's epoch when the task is opened, which it keeps to its end. Zero without a charter. */
  readonly epoch: number
  /** How much longer the work window of a remote worker is, and how long defaults wait after a deadline. */
  readonly grace: number
  /** Escrowed besides the reward, for whoever fires the default that ends the task. */
  readonly triggerReward: bigint
  readonly salt: Hex
  /** Chains besides the home chain whose portals may act on the task, strictly ascending. */
  readonly chains: readonly bigint[]
}

/** What terms say of everything that a task can do without. */
export const unusedTerms = {
  charter: zeroHash,
  epoch: 0,
  suspectBond: 0n,
  answerWindow: 0,
  disputeBond: 0n,
  evaluatorFee: 0n,
  arbitrator: zeroAddress,
  defaultSplit: 0,
  allocation: zeroAddress,
  allocationParams: zeroHash,
  challengeWindow: 0,
  disputeWindow: 0,
  arbitrationWindow: 0,
  maxRevisions: 0,
  handoffRule: 0,
  parent: zeroHash,
  delegable: 0n,
  prerequisites: zeroHash,
  minPrerequisiteShare: 0,
  triggerReward: 0n,
} as const satisfies Partial<Terms>

/** What the requester puts in at posting: the reward, the evaluator's fee and the trigger reward, in base units. */
export function totalOf({ reward, evaluatorFee, triggerReward }: Pick<Terms, 'reward' | 'evaluatorFee' | 'triggerReward'>): bigint {
  return reward + evaluatorFee + triggerReward
}

/** The value that a call sends along when an amount is paid in a token: all of it in the native coin, otherwise nothing. */
export function nativeValueOf({ token, amount }: { readonly token: Address; readonly amount: bigint }): bigint {
  return isAddressEqual(token, zeroAddress) ? amount : 0n
}

/** Whether bids decide who gets the task. */
export function isAuction({ challengeWindow }: Pick<Terms, 'challengeWindow'>): boolean {
  return challengeWindow !== 0
}

/** Whether a task may be claimed by its id: it has neither a policy nor prerequisites, and a bond or, under a charter for members only, a gate. */
export function isPlainlyClaimed({
  workerBond,
  allocation,
  prerequisites,
  charter,
}: Pick<Terms, 'workerBond' | 'allocation' | 'prerequisites' | 'charter'>): boolean {
  return (workerBond !== 0n || charter !== zeroHash) && isAddressEqual(allocation, zeroAddress) && prerequisites === zeroHash
}
