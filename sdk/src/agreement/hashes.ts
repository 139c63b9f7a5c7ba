import { type Address, encodeAbiParameters, type Hex, hashStruct, keccak256, stringToHex } from 'viem'
import { agreementTypes } from './typedData.ts'
import type { Intent, Payload } from './types.ts'

/** The type of intents whose data is a plan. */
export const planType: Hex = keccak256(stringToHex('HANSE_PLAN_V1'))

/** The struct hash of an intent: its id. */
export function intentHashOf(intent: Intent): Hex {
  return hashStruct({ data: { ...intent }, primaryType: 'AgentIntent', types: agreementTypes })
}

/** The hash of a payload, of its fields in order. */
export function payloadHashOf(payload: Payload): Hex {
  const { version, coordinationType, coordinationData, conditionsHash, timestamp, metadata } = payload
  const types = ['bytes32', 'bytes32', 'bytes', 'bytes32', 'uint256', 'bytes'].map((type) => ({ type }))
  return keccak256(encodeAbiParameters(types, [version, coordinationType, coordinationData, conditionsHash, timestamp, metadata]))
}

/** The party of participants without a charter: it has an account per chain. */
export function partyOf({
  chainId,
  agreements,
  participants,
  threshold,
}: {
  readonly chainId: number
  readonly agreements: Address
  /** Ascending. */
  readonly participants: readonly Address[]
  readonly threshold: number
}): Hex {
  const words = participants.map(() => ({ type: 'address' }))
  const participantsHash = keccak256(encodeAbiParameters(words, participants))
  const parameters = [{ type: 'uint256' }, { type: 'address' }, { type: 'bytes32' }, { type: 'uint16' }] as const
  return keccak256(encodeAbiParameters(parameters, [BigInt(chainId), agreements, participantsHash, threshold]))
}
