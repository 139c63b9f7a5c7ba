import { type Address, type Hex, zeroAddress, zeroHash } from 'viem'

/** All that a task promises. Windows are seconds, shares basis points, amounts base units of `token`. */
export type Terms = {
  /** Pays, and gets refunds. */
  readonly requester: Address
  /** Zero is the native coin. */
  readonly token: Address
  readonly reward: bigint
  /** Locked from a deposit made for the worker; returned unless it lapses or its work is worth nothing. */
  readonly workerBond: bigint
  /** Share of the bond that the requester gets on a lapse. */
  readonly slashShare: number
  readonly suspectBond: bigint
  readonly answerWindow: number
  readonly disputeBond: bigint
  /** keccak-256 of the task's description. */
  readonly specHash: Hex
  readonly evaluator: Address
  readonly evaluatorFee: bigint
  /** The least a verdict may give. */
  readonly floor: number
  /** What an unanswered review pays the worker. */
  readonly silence: number
  readonly arbitrator: Address
  readonly defaultSplit: number
  readonly allocation: Address
  readonly allocationParams: Hex
  /** Absolute seconds: the only date in the terms. */
  readonly openUntil: number
  readonly challengeWindow: number
  readonly workWindow: number
  readonly reviewWindow: number
  readonly disputeWindow: number
  readonly arbitrationWindow: number
  readonly maxRevisions: number
  readonly handoffRule: number
  readonly parent: Hex
  readonly delegable: bigint
  readonly prerequisites: Hex
  readonly minPrerequisiteShare: number
  readonly charter: Hex
  readonly epoch: number
  /** How much longer the work window of a remote worker is, and how long defaults wait after a deadline. */
  readonly grace: number
  readonly triggerReward: bigint
  readonly salt: Hex
  /** Chains besides the home chain whose portals may act on the task, strictly ascending. */
  readonly chains: readonly bigint[]
}

/** Terms of features that this version does not have yet: they must be zero. */
export const unsupportedTerms = {
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
  charter: zeroHash,
  epoch: 0,
  triggerReward: 0n,
} as const satisfies Partial<Terms>
