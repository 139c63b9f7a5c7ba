import { type Hex, keccak256, zeroHash } from 'viem'
import { type ConditionKind, conditionKindValues } from '../abis/enums.ts'
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

const numberOf = (kind: ConditionKind) => conditionKindValues.indexOf(kind)

/** A condition for the contract. */
export function toContract(condition: GateCondition): ContractCondition {
  const { kind, space } = condition
  const none = { space, valueHash: zeroHash, atLeast: 0n, homeChainId: 0n, maxAge: 0 }
  switch (kind) {
    case 'version':
      return { ...none, kind: numberOf('Version'), key: condition.key, atLeast: BigInt(condition.atLeast) }
    case 'value':
      return { ...none, kind: numberOf('Value'), key: condition.key, valueHash: keccak256(condition.value) }
    case 'valueHash':
      return { ...none, kind: numberOf('Value'), key: condition.key, valueHash: condition.valueHash }
    case 'length':
      return { ...none, kind: numberOf('Length'), key: condition.topic, atLeast: condition.atLeast }
    case 'mirror': {
      const { key, atLeast, maxAge, homeChainId, isTopic = false } = condition
      const ofMirror = isTopic ? 'MirrorLength' : 'MirrorVersion'
      return { ...none, kind: numberOf(ofMirror), key, atLeast, maxAge, homeChainId: BigInt(homeChainId) }
    }
  }
}

/** A condition of the contract; undefined when its kind is none. A value is known by its hash alone. */
export function fromContract(condition: ContractCondition): GateCondition | undefined {
  const { space, key, valueHash, atLeast, maxAge } = condition
  const kind = conditionKindValues[condition.kind]
  switch (kind) {
    case undefined:
      return undefined
    case 'Version':
      return { kind: 'version', space, key, atLeast: Number(atLeast) }
    case 'Value':
      return { kind: 'valueHash', space, key, valueHash }
    case 'Length':
      return { kind: 'length', space, topic: key, atLeast }
    default: {
      const isTopic = kind === 'MirrorLength'
      return { kind: 'mirror', homeChainId: Number(condition.homeChainId), space, key, atLeast, maxAge, isTopic }
    }
  }
}
