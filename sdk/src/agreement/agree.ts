import type { Hex } from 'viem'
import { agreeFunction, agreementExecutedEvent, coordinationExecutedEvent } from '../abis/agreements.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Acceptances, Proposal } from './types.ts'

const agreementsAbi = [agreeFunction, agreementExecutedEvent, coordinationExecutedEvent] as const

/** What `agree` takes. */
export type AgreeParameters = WriteParameters & {
  readonly proposal: Proposal
  /** From `collectAcceptances`. */
  readonly acceptances: Acceptances
}

/** An agreement that was carried out. */
export type AgreementExecuted = {
  readonly intentHash: Hex
  /** The charter, or the party of the participants. Undefined for intents of another type than a plan, by which nobody acts, and so are the rest. */
  readonly party: Hex | undefined
  readonly epoch: number | undefined
  readonly acceptances: bigint | undefined
}

/**
 * Brings a proposal with enough acceptances, and does it: all of it, or nothing. Anyone.
 *
 * @throws QuorumMissed, AcceptanceNotSigned, AcceptancesExpired, IntentKnown, CharterEpochStale, ParticipantsNotMembers: the contract's errors, and
 * those of the calls that were agreed on, before anything is sent.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const { event } = await agreement.agree.sync(client, { chainId: 1, proposal, acceptances })
 * ```
 */
export const agree = /* @__PURE__ */ defineWrite<AgreeParameters, AgreementExecuted>({
  verb: 'agreement.agree',
  call: (deployment, { proposal: { intent, payload }, acceptances }) =>
    encodeCall(contractIn(deployment, 'agreements'), { abi: agreementsAbi, functionName: 'agree', args: [intent, payload, acceptances] }),
  event: (logs, deployment) => {
    const place = { abi: agreementsAbi, address: contractIn(deployment, 'agreements'), logs }
    const [plan] = eventsOf({ ...place, eventName: 'AgreementExecuted' })
    if (plan !== undefined) return plan.args
    const [other] = eventsOf({ ...place, eventName: 'CoordinationExecuted' })
    return other && { intentHash: other.args.intentHash, party: undefined, epoch: undefined, acceptances: undefined }
  },
})

/** `agree`, waiting for the receipt. */
export const agreeSync: typeof agree.sync = (client, parameters) => agree.sync(client, parameters)
