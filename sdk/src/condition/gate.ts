import { type Hex, keccak256, zeroHash } from 'viem'
import type { GateCondition } from './types.ts'

/** A condition as gates have it: what its kind does not need is zero. */
export type ContractCondition = {
  readonly kind: number
  readonly space: Hex
  readonly key: Hex
  readonly valueHash: Hex
  readonly atLeast: bigint
  readonly homeChainId: bigint
  /** Seconds. */
  readonly maxAge: number
}

/** The values of Solidity's `ConditionKind`. */
const kindOf = { version: 0, value: 1, length: 2, mirrorVersion: 3, mirrorLength: 4 } as const

/** A condition for the contract. */
export function toContract(condition: GateCondition): ContractCondition {
  const { kind, space } = condition
  const none = { space, valueHash: zeroHash, atLeast: 0n, homeChainId: 0n, maxAge: 0 }
  switch (kind) {
    case 'version':
      return { ...none, kind: kindOf.version, key: condition.key, atLeast: BigInt(condition.atLeast) }
    case 'value':
      return { ...none, kind: kindOf.value, key: condition.key, valueHash: keccak256(condition.value) }
    case 'valueHash':
      return { ...none, kind: kindOf.value, key: condition.key, valueHash: condition.valueHash }
    case 'length':
      return { ...none, kind: kindOf.length, key: condition.topic, atLeast: condition.atLeast }
    case 'mirror': {
      const { key, atLeast, maxAge, homeChainId, isTopic = false } = condition
      const ofMirror = isTopic ? kindOf.mirrorLength : kindOf.mirrorVersion
      return { ...none, kind: ofMirror, key, atLeast, maxAge, homeChainId: BigInt(homeChainId) }
    }
  }
}

/** A condition of the contract; undefined when its kind is none. A value is known by its hash alone. */
export function fromContract(condition: ContractCondition): GateCondition | undefined {
  const { kind, space, key, valueHash, atLeast, maxAge } = condition
  if (kind === kindOf.version) return { kind: 'version', space, key, atLeast: Number(atLeast) }
  if (kind === kindOf.value) return { kind: 'valueHash', space, key, valueHash }
  if (kind === kindOf.length) return { kind: 'length', space, topic: key, atLeast }
  const isTopic = kind === kindOf.mirrorLength
  if (!isTopic && kind !== kindOf.mirrorVersion) return undefined
  return { kind: 'mirror', homeChainId: Number(condition.homeChainId), space, key, atLeast, maxAge, isTopic }
}
