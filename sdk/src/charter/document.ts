import type { Address, Hex } from 'viem'
import { zeroAddress, zeroHash } from 'viem'
import type { Finality } from '../types.ts'

/** What is assumed of one chain. */
export type ChainRule = {
  readonly chainId: number
  /** When a block of it counts. */
  readonly finality: Finality
  /** Milliseconds between blocks. */
  readonly blockTime: number
  /** Seconds from a final block to a message that runs elsewhere. */
  readonly relayTime: number
  /** Seconds by which its clock may be wrong. */
  readonly clockSkew: number
  /** Seconds that it may stand still without anybody losing by it. */
  readonly outage: number
}

/** The shortest windows of a task under the charter, in seconds. Zero: any. */
export type CharterWindows = {
  readonly challenge: number
  readonly work: number
  readonly review: number
  readonly dispute: number
  readonly arbitration: number
  readonly grace: number
}

/** Which of two decisions stands that contradict each other: see `conflictRules`. */
export type ConflictRule = (typeof conflictRules)[number]

/** Which of two decisions stands that contradict each other: the first at home, the first member's, or the one that the evaluator names. */
export const conflictRules = ['first', 'memberOrder', 'evaluator'] as const

/** How work is given away and judged. */
export type Policies = {
  /** The allocation policy that tasks name. Zero: any. */
  readonly allocation: Address
  readonly allocationParams: Hex
  /** The evaluator that tasks name. Zero: any. */
  readonly evaluator: Address
  /** The arbitrator that tasks name. Zero: any. */
  readonly arbitrator: Address
  readonly conflict: ConflictRule
  /** Only members may claim or bid for tasks under the charter. Then a claim may go without a bond. */
  readonly isMembersOnly: boolean
  /** The longest lease, renewals included, in seconds. Zero: any. */
  readonly maxLease: number
}

/** One chain's form of a token. */
export type TokenForm = {
  readonly chainId: number
  /** Zero is the native coin. */
  readonly token: Address
  readonly decimals: number
}

/** The shared assumptions of a group. */
export type CharterDocument = {
  readonly name: string
  /** Ascending. */
  readonly members: readonly Address[]
  /** How many members bind all. */
  readonly quorum: number
  /** Two quorums without a common member may exist. Otherwise the quorum is more than half. */
  readonly isConflicting: boolean
  /** Ascending by chain id. */
  readonly chains: readonly ChainRule[]
  readonly windows: CharterWindows
  readonly policies: Policies
  /** Groups of tokens that count as one, each ascending by chain id. */
  readonly tokens: readonly (readonly TokenForm[])[]
}

/** Windows of any length. */
export const anyWindows: CharterWindows = { challenge: 0, work: 0, review: 0, dispute: 0, arbitration: 0, grace: 0 }

/** Policies that leave everything open. */
export const anyPolicies: Policies = {
  allocation: zeroAddress,
  allocationParams: zeroHash,
  evaluator: zeroAddress,
  arbitrator: zeroAddress,
  conflict: 'first',
  isMembersOnly: false,
  maxLease: 0,
}
