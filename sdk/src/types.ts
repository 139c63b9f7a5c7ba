import type { Address } from 'viem'

/** What makes a block of a chain permanent in the eyes of a reader. */
export type Finality = { readonly kind: 'depth'; readonly depth: number } | { readonly kind: 'safe' } | { readonly kind: 'finalized' }

/** Where the suite stands on one chain. The JSON record under `deploy/deployments` has the same keys. */
export type Deployment = {
  readonly chainId: number
  /** The block in which the gateway was created: nothing happened before it. In JSON a decimal string. */
  readonly startBlock: bigint | string
  readonly accessManager: Address
  readonly timelock: Address
  readonly gateway: Address
  readonly watcherSet: Address
  readonly agentRegistry: Address
  readonly taskEscrow: Address
  readonly taskPortal: Address
  // Not in records from before there was such a contract.
  readonly charters?: Address
  /** Created by the charters. */
  readonly agreements?: Address
  readonly agentLinks?: Address
  /** Ways to choose a worker, to judge and to pay, which terms may name. Others do as well. */
  readonly risingReward?: Address
  readonly signedBids?: Address
  /** Gates before claims: what the blackboard must say first. */
  readonly claimGates?: Address
  readonly quorumPanels?: Address
  readonly hashCheck?: Address
  readonly taskFunding?: Address
  /** Shared cells, leases and topics. */
  readonly blackboard?: Address
}
