import type { Address, Hex } from 'viem'
import { coordinationProposedEvent, proposeCoordinationFunction } from '../abis/agreements.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Proposal } from './types.ts'

const agreementsAbi = [coordinationProposedEvent, proposeCoordinationFunction] as const

/** What `propose` takes. */
export type ProposeIntentParameters = WriteParameters & {
  /** Its nonce has to be greater than the proposer's last one: see `getNonce`. */
  readonly proposal: Proposal
  /** The proposer's: see `signIntent`. */
  readonly signature: Hex
}

/** A proposal that its chain keeps. */
export type CoordinationProposed = {
  readonly intentHash: Hex
  readonly proposer: Address
  readonly coordinationType: Hex
  readonly participantCount: bigint
  /** For information. */
  readonly coordinationValue: bigint
}

/**
 * Puts a proposal on its chain, where participants accept one by one: the path of ERC-8001, which needs all of them. Anyone. Where signatures travel
 * some other way, `agree` does all of it in one transaction.
 *
 * @throws ERC8001_BadSignature, ERC8001_NonceTooLow, ERC8001_ExpiredIntent, ERC8001_PayloadHashMismatch, ERC8001_ParticipantsNotCanonical,
 * ERC8001_NotParticipant, IntentKnown, IntentInvalid, TooManyParticipants: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const { value: last } = await agreement.getNonce(client, { chainId: 1, proposer })
 * const proposal = agreement.createIntent({ participants, proposer, plan, expiry, nonce: last + 1n })
 * const signature = await agreement.signIntent(client, { chainId: 1, proposal })
 * await agreement.propose.sync(client, { chainId: 1, proposal, signature })
 * ```
 */
export const propose = /* @__PURE__ */ defineWrite<ProposeIntentParameters, CoordinationProposed>({
  verb: 'agreement.propose',
  call: (deployment, { proposal: { intent, payload }, signature }) =>
    encodeCall(contractIn(deployment, 'agreements'), {
      abi: agreementsAbi,
      functionName: 'proposeCoordination',
      args: [intent, signature, payload],
    }),
  event: (logs, deployment) =>
    eventsOf({ abi: agreementsAbi, address: contractIn(deployment, 'agreements'), eventName: 'CoordinationProposed', logs })[0]?.args,
})

/** `propose`, waiting for the receipt. */
export const proposeSync: typeof propose.sync = (client, parameters) => propose.sync(client, parameters)
