import { type Address, zeroAddress } from 'viem'
import { createFunction, gateCreatedEvent } from '../abis/claimGates.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { toContract } from './gate.ts'
import type { GateCondition } from './types.ts'

const claimGatesAbi = [createFunction, gateCreatedEvent] as const

/** What a gate is made of. */
export type GateParameters = {
  /** One to four. All of them must hold. */
  readonly conditions: readonly GateCondition[]
  /** The policy that prices a claim once they hold, and is told the terms' `allocationParams`: `RisingReward`, or another gate. Default: the whole reward. */
  readonly pricing?: Address
}

/** A gate that stands. */
export type GateCreated = { readonly gate: Address }

/**
 * Makes a gate, for terms to name as their allocation: nobody can claim such a task while a condition does not hold. Anyone may make one, and any number of
 * tasks may name it. Who may write where it looks decides when it opens, and can open it for itself alone; so a gate is as good as its space. One that
 * stands already is refused; see `getGate`.
 *
 * @throws ConditionsWrong, ConditionInvalid: the contract's errors, before anything is sent. EventMissingError when it stands already.
 * @example
 * ```ts
 * import { condition, task } from '@hanse/sdk'
 *
 * // The review can be claimed once the draft is in its third version, and not before.
 * const conditions = [{ kind: 'version', space, key: draft, atLeast: 3 }] as const
 * const { event } = await condition.createGate.sync(client, { chainId: 1, conditions })
 * const terms = await task.presets.bounty(client, { ...rest, chainId: 1, gate: event.gate })
 * ```
 */
export const createGate = /* @__PURE__ */ defineWrite<WriteParameters & GateParameters, GateCreated>({
  verb: 'condition.createGate',
  call: (deployment, { conditions, pricing = zeroAddress }) =>
    encodeCall(contractIn(deployment, 'claimGates'), {
      abi: claimGatesAbi,
      functionName: 'create',
      args: [conditions.map(toContract), pricing],
    }),
  event: (logs, deployment) => {
    const [created] = eventsOf({ abi: claimGatesAbi, address: contractIn(deployment, 'claimGates'), eventName: 'GateCreated', logs })
    return created === undefined ? undefined : { gate: created.args.gate }
  },
})

/** `createGate`, waiting for the receipt. */
export const createGateSync: typeof createGate.sync = (client, parameters) => createGate.sync(client, parameters)
