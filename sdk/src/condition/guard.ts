import { encodeFunctionData, type Hex, keccak256 } from 'viem'
import {
  requireEntryFunction,
  requireHolderFunction,
  requireLengthFunction,
  requireMirrorFunction,
  requireTopicMirrorFunction,
  requireValueFunction,
  requireVersionFunction,
} from '../abis/blackboard.ts'
import type { Call } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import type { PlanCall } from '../agreement/types.ts'
import { type Client, chainOf } from '../client.ts'
import type { Condition } from './types.ts'

const blackboardAbi = [
  requireEntryFunction,
  requireHolderFunction,
  requireLengthFunction,
  requireMirrorFunction,
  requireTopicMirrorFunction,
  requireValueFunction,
  requireVersionFunction,
] as const

/** A call as wallets batch it, and as a plan or a leg of an agreement has it. */
export type GuardedCall = Call & PlanCall

/** What `guard` takes. */
export type GuardParameters = {
  /** The chain on which all of it happens. */
  readonly chainId: number
  readonly conditions: readonly Condition[]
  /** What shall happen only then: from the `call` of any verb. */
  readonly calls: readonly Call[]
}

/**
 * Calls that happen only while conditions hold: the blackboard is asked first, in the same transaction, and one that does not hold refuses all.
 * So whatever carries them out must do so as a whole: a plan or a leg of an agreement, or an atomic batch of a wallet (EIP-5792, EIP-7702).
 * An agreement that was signed beforehand waits: anyone may bring it once the conditions hold, until it expires. Asks no node. It binds whoever sets it:
 * what keeps everybody from claiming a task is a gate, see `createGate`.
 *
 * @example
 * ```ts
 * import { agreement, condition, task } from '@hanse/sdk'
 * import { zeroHash } from 'viem'
 *
 * // The account of these participants claims the task once the draft is in its third version, and not before.
 * const calls = condition.guard(client, {
 *   chainId: 1,
 *   conditions: [{ kind: 'version', space, key: draft, atLeast: 3 }],
 *   calls: [task.claim.call(client, { chainId: 1, homeChainId: 1, terms, sponsor })],
 * })
 * const plan = { charter: zeroHash, epoch: 0, threshold: 1, calls, legs: [] }
 * const proposal = agreement.createIntent({ participants: [account.address], plan, expiry })
 * // Or, by a wallet that can: await walletClient.sendCalls({ calls, forceAtomic: true })
 * ```
 */
export function guard(client: Client, { chainId, conditions, calls }: GuardParameters): readonly GuardedCall[] {
  const target = contractIn(chainOf(client, chainId).deployment, 'blackboard')
  const asked = conditions.map((condition) => ({ to: target, target, value: 0n, data: conditionData(condition) }))
  return [...asked, ...calls.map((call) => ({ ...call, target: call.to }))]
}

/** The call of the blackboard that reverts unless a condition holds. */
export function conditionData(condition: Condition): Hex {
  const abi = blackboardAbi
  switch (condition.kind) {
    case 'version': {
      const { space, key, atLeast } = condition
      return encodeFunctionData({ abi, functionName: 'requireVersion', args: [space, key, atLeast] })
    }
    case 'value': {
      const { space, key, value } = condition
      return encodeFunctionData({ abi, functionName: 'requireValue', args: [space, key, keccak256(value)] })
    }
    case 'valueHash': {
      const { space, key, valueHash } = condition
      return encodeFunctionData({ abi, functionName: 'requireValue', args: [space, key, valueHash] })
    }
    case 'holder': {
      const { space, key, account, token } = condition
      return encodeFunctionData({ abi, functionName: 'requireHolder', args: [space, key, account, token] })
    }
    case 'length': {
      const { space, topic, atLeast } = condition
      return encodeFunctionData({ abi, functionName: 'requireLength', args: [space, topic, atLeast] })
    }
    case 'entry': {
      const { space, topic, entry, headBefore, tail } = condition
      return encodeFunctionData({ abi, functionName: 'requireEntry', args: [space, topic, entry, headBefore, tail] })
    }
    case 'mirror':
      return mirrorData(condition)
  }
}

function mirrorData({ homeChainId, space, key, atLeast, maxAge, isTopic = false }: Extract<Condition, { kind: 'mirror' }>): Hex {
  const abi = blackboardAbi
  const home = BigInt(homeChainId)
  return isTopic
    ? encodeFunctionData({ abi, functionName: 'requireTopicMirror', args: [home, space, key, atLeast, maxAge] })
    : encodeFunctionData({ abi, functionName: 'requireMirror', args: [home, space, key, Number(atLeast), maxAge] })
}
