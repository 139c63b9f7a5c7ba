import type { Address, Hex } from 'viem'
import { acceptCoordinationFunction, coordinationAcceptedEvent } from '../abis/agreements.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Acceptance, Proposal } from './types.ts'

const agreementsAbi = [acceptCoordinationFunction, coordinationAcceptedEvent] as const

/** What `accept` takes. */
export type AcceptIntentParameters = WriteParameters & {
  readonly proposal: Proposal
  /** From `signAcceptance`: the signer's own, or that of another participant. */
  readonly acceptance: Acceptance
  /** Absolute seconds: what the acceptance says. */
  readonly expiry: number
  /** What the acceptance says. Default 0, as `signAcceptance` has it; it means nothing. */
  readonly nonce?: bigint
  /** What the acceptance says. Default: the conditions of the payload, as `signAcceptance` has it. */
  readonly conditionsHash?: Hex
}

/** A participant's acceptance that the chain counts. */
export type CoordinationAccepted = {
  readonly intentHash: Hex
  readonly participant: Address
  /** The struct hash of the acceptance. */
  readonly acceptanceHash: Hex
  readonly acceptedCount: bigint
  /** As many as take part. */
  readonly requiredCount: bigint
}

/**
 * Brings one participant's acceptance of what was proposed on its chain. Only participants, as ERC-8001 has it, each for itself or for another.
 *
 * @throws ERC8001_NotParticipant, ERC8001_BadSignature, ERC8001_DuplicateAcceptance, ERC8001_ExpiredAcceptance, ERC8001_ExpiredIntent,
 * ERC8001_NotReady when it was not proposed or is over: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const acceptance = await agreement.signAcceptance(client, { chainId: 1, proposal, expiry })
 * const { event } = await agreement.accept.sync(client, { chainId: 1, proposal, acceptance, expiry })
 * console.log(event.acceptedCount, event.requiredCount)
 * ```
 */
export const accept = /* @__PURE__ */ defineWrite<AcceptIntentParameters, CoordinationAccepted>({
  verb: 'agreement.accept',
  call: (deployment, { proposal: { intentHash, payload }, acceptance, expiry, nonce = 0n, conditionsHash = payload.conditionsHash }) =>
    encodeCall(contractIn(deployment, 'agreements'), {
      abi: agreementsAbi,
      functionName: 'acceptCoordination',
      args: [intentHash, { intentHash, ...acceptance, nonce, expiry: BigInt(expiry), conditionsHash }],
    }),
  event: (logs, deployment) =>
    eventsOf({ abi: agreementsAbi, address: contractIn(deployment, 'agreements'), eventName: 'CoordinationAccepted', logs })[0]?.args,
})

/** `accept`, waiting for the receipt. */
export const acceptSync: typeof accept.sync = (client, parameters) => accept.sync(client, parameters)
