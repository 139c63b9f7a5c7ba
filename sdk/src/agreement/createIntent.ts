import { type Address, encodeAbiParameters, getAddress, type Hex, parseAbiParameters, stringToHex, zeroHash } from 'viem'
import { FormatError } from '../errors/format.ts'
import { intentHashOf, payloadHashOf, planType } from './hashes.ts'
import type { Payload, Plan, Proposal } from './types.ts'

/** What `createIntent` takes. */
export type CreateIntentParameters = {
  /** All who may sign. With a charter: its members. */
  readonly participants: readonly Address[]
  readonly plan: Plan
  /** Absolute seconds: it can no longer be done at this one. */
  readonly expiry: number
  /** One of the participants, who may withdraw it. Default: the first. */
  readonly proposer?: Address
  /** Tells equal plans apart; on the path of ERC-8001 also greater than the proposer's last one. Default 1. */
  readonly nonce?: bigint
  /** Another type than that of a plan: then nothing is called, all have to sign, and what the plan means is for others to read. */
  readonly coordinationType?: Hex
  /** Hash of what they agree on besides. Default zero. */
  readonly conditionsHash?: Hex
  /** For people: what this is for. */
  readonly note?: string
}

const version = stringToHex('hanse-plan-1', { size: 32 })
/** The ABI of a plan. */
export const planParameters = parseAbiParameters([
  'Plan plan',
  'struct Plan { bytes32 charter; uint32 epoch; uint16 threshold; Call[] calls; Leg[] legs; }',
  'struct Call { address target; uint256 value; bytes data; }',
  'struct Leg { uint256 chainId; uint32 gasLimit; uint40 deadline; Call[] calls; }',
])

/** A plan as the `coordinationData` of a payload. */
export function encodePlan(plan: Plan): Hex {
  return encodeAbiParameters(planParameters, [plan])
}

/**
 * A proposal of a plan, for everybody to sign: see `signAcceptance`.
 *
 * @throws FormatError when nobody takes part, or the proposer does not.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const plan = { charter: charterId, epoch: 1, threshold: 0, calls: [{ target, value: 0n, data }], legs: [] }
 * const proposal = agreement.createIntent({ participants: document.members, plan, expiry })
 * ```
 */
export function createIntent({
  participants,
  plan,
  expiry,
  proposer,
  nonce = 1n,
  conditionsHash = zeroHash,
  note = '',
  coordinationType = planType,
}: CreateIntentParameters): Proposal {
  const sorted = [...new Set(participants.map((participant) => getAddress(participant)))].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  const agentId = proposer === undefined ? sorted[0] : getAddress(proposer)
  if (agentId === undefined || !sorted.includes(agentId)) {
    throw new FormatError({ subject: 'Intent', fact: `proposed by ${agentId ?? 'nobody'}`, expected: 'a proposer among the participants' })
  }
  const payload: Payload = {
    version,
    coordinationType,
    coordinationData: encodePlan(plan),
    conditionsHash,
    timestamp: 0n,
    metadata: stringToHex(note),
  }
  const intent = {
    payloadHash: payloadHashOf(payload),
    expiry: BigInt(expiry),
    nonce,
    agentId,
    coordinationType,
    coordinationValue: 0n,
    participants: sorted,
  }
  return { intent, payload, intentHash: intentHashOf(intent) }
}
