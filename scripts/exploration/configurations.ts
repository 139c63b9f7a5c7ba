/** Terms of a task as far as they decide what can happen to it. */
export type Rules = {
  reward: number
  bond: number
  /** Basis points of the bond. */
  slashShare: number
  fee: number
  trigger: number
  floor: number
  silence: number
  hasArbitrator: boolean
  disputeBond: number
  defaultSplit: number
  hasAuction: boolean
  /** Basis points that a policy offers; undefined: there is no policy. */
  fixedPrice: number | undefined
  suspectBond: bigint
  maxRevisions: number
  handoffRule: 0 | 1 | 2
  delegable: number
  /** Seconds. */
  openFor: number
}

/** Seconds. */
export const windows = { challenge: 1, work: 2, answer: 1, review: 1, dispute: 1, arbitration: 1, grace: 1 }

const plain: Rules = {
  reward: 1003,
  bond: 501,
  slashShare: 4_000,
  fee: 11,
  trigger: 7,
  floor: 0,
  silence: 9_000,
  hasArbitrator: false,
  disputeBond: 0,
  defaultSplit: 0,
  hasAuction: false,
  fixedPrice: undefined,
  suspectBond: 0n,
  maxRevisions: 0,
  handoffRule: 0,
  delegable: 0,
  openFor: 2,
}
const arbitrated = { hasArbitrator: true, disputeBond: 77, defaultSplit: 6_000 }
const suspectBond = 1n << 94n
const child: Rules = { ...plain, bond: 51, fee: 3, trigger: 0 }

/** As in test/exploration/ExplorationWorld.sol, in the same order. */
export const configurations = {
  claim: [{ ...plain, openFor: 5 }],
  arbitrator: [{ ...plain, ...arbitrated }],
  auction: [{ ...plain, hasAuction: true }],
  suspicion: [{ ...plain, suspectBond, openFor: 5 }],
  revisions: [{ ...plain, maxRevisions: 2, handoffRule: 2 }],
  hire: [{ ...plain, bond: 0, handoffRule: 1, floor: 2_000 }],
  priced: [{ ...plain, fixedPrice: 7_000 }],
  family: [
    { ...plain, delegable: 600 },
    { ...child, reward: 301 },
    { ...child, reward: 251 },
  ],
  dispute: [{ ...plain, ...arbitrated, suspectBond, maxRevisions: 1 }],
} as const satisfies Record<string, readonly Rules[]>

export type ConfigurationName = keyof typeof configurations
