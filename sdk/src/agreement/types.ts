import type { Address, Hex } from 'viem'

/** One call of a party's account. */
export type PlanCall = {
  readonly target: Address
  /** Of the account's own native coin, in base units. */
  readonly value: bigint
  readonly data: Hex
}

/** What a charter's account on another chain shall do. */
export type Leg = {
  readonly chainId: bigint
  /** For its calls. */
  readonly gasLimit: number
  /** Absolute seconds by the clock of that chain: the last one at which it may begin. Zero: there is none. */
  readonly deadline: number
  readonly calls: readonly PlanCall[]
}

/** What a party agrees to do. */
export type Plan = {
  /** The party is this charter. Zero: the party is the participants. */
  readonly charter: Hex
  /** The charter's current epoch. Zero without a charter. */
  readonly epoch: number
  /** How many participants bind all. Zero with a charter, whose quorum counts. */
  readonly threshold: number
  readonly calls: readonly PlanCall[]
  /** Only with a charter, at its home. */
  readonly legs: readonly Leg[]
}

/** An intent of ERC-8001. */
export type Intent = {
  readonly payloadHash: Hex
  readonly expiry: bigint
  readonly nonce: bigint
  readonly agentId: Address
  readonly coordinationType: Hex
  readonly coordinationValue: bigint
  readonly participants: readonly Address[]
}

/** A payload of ERC-8001. */
export type Payload = {
  readonly version: Hex
  readonly coordinationType: Hex
  readonly coordinationData: Hex
  readonly conditionsHash: Hex
  readonly timestamp: bigint
  readonly metadata: Hex
}

/** What is proposed, whole: everybody who signs it sees all of it. */
export type Proposal = {
  readonly intent: Intent
  readonly payload: Payload
  /** The intent's struct hash, its id. */
  readonly intentHash: Hex
}

/** One participant's acceptance of a proposal, as it travels. */
export type Acceptance = {
  readonly participant: Address
  /** Of its key in 64 or 65 bytes, or whatever its contract accepts (ERC-1271). */
  readonly signature: Hex
}

/** Many acceptances, as `agree` takes them. */
export type Acceptances = {
  readonly expiry: bigint
  readonly signers: readonly bigint[]
  readonly keys: readonly { readonly r: Hex; readonly vs: Hex }[]
  readonly wallets: readonly { readonly index: number; readonly signature: Hex }[]
}
