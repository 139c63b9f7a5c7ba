import type { Address, Hex } from 'viem'

/** A cell, at home on the chain that is asked, has at least this version. */
export type VersionCondition = { readonly kind: 'version'; readonly space: Hex; readonly key: Hex; readonly atLeast: number }

/** A cell, at home on the chain that is asked, has exactly this value. */
export type ValueCondition = { readonly kind: 'value'; readonly space: Hex; readonly key: Hex; readonly value: Hex }

/** The same, by keccak-256 of the value, as for what is kept off the chain. Zero: the cell was never written. */
export type ValueHashCondition = { readonly kind: 'valueHash'; readonly space: Hex; readonly key: Hex; readonly valueHash: Hex }

/** An account holds a cell, at home on the chain that is asked, under this fencing token. */
export type HolderCondition = {
  readonly kind: 'holder'
  readonly space: Hex
  readonly key: Hex
  readonly account: Address
  readonly token: number
}

/** A topic, at home on the chain that is asked, has at least so many entries. */
export type LengthCondition = { readonly kind: 'length'; readonly space: Hex; readonly topic: Hex; readonly atLeast: bigint }

/** An entry stands in a topic, at home on the chain that is asked: see `entryOf`. Holds until something else is appended. */
export type EntryCondition = {
  readonly kind: 'entry'
  readonly space: Hex
  readonly topic: Hex
  /** `author` as its event has it. */
  readonly entry: { readonly sequence: bigint; readonly author: bigint; readonly dataHash: Hex }
  /** The topic's head before the entry. */
  readonly headBefore: Hex
  /** The leaves of the entries after it. */
  readonly tail: readonly Hex[]
}

/** A cell or topic of another chain is known to have had at least this version or length, as of no longer than `maxAge` seconds ago. */
export type MirrorCondition = {
  readonly kind: 'mirror'
  readonly homeChainId: number
  readonly space: Hex
  readonly key: Hex
  readonly atLeast: bigint
  /** Seconds. */
  readonly maxAge: number
  /** Whether `key` names a topic. Default false. */
  readonly isTopic?: boolean
}

/** Something that a blackboard can be asked to refuse unless it is so. */
export type Condition = GateCondition | HolderCondition | EntryCondition

/** A condition that can bind others: see `createGate`. It asks for nobody's lease, and needs no proof that the next entry outdates. */
export type GateCondition = VersionCondition | ValueCondition | ValueHashCondition | LengthCondition | MirrorCondition
