import type { Hex } from 'viem'
import { maxLeaseChangedEvent, setMaxLeaseFunction } from '../abis/blackboard.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const blackboardAbi = [maxLeaseChangedEvent, setMaxLeaseFunction] as const

/** What `setMaxLease` takes. */
export type SetMaxLeaseParameters = WriteParameters & {
  /** The space of a charter: its id. Of a list the longest lease never changes. */
  readonly space: Hex
  /** Seconds for which a cell may be held at most, renewals included; at most 64,800. Zero: not at all. */
  readonly maxLease: number
}

/** What members agreed on for the leases of their space. */
export type MaxLeaseChanged = { readonly space: Hex; readonly maxLease: number }

/**
 * Sets for how long a cell of a charter's space may be held. Only the charter's account may, so the members agree on it: `setMaxLease.call` is
 * what goes into their plan. Until then it is an hour. Running leases keep their limit.
 *
 * @throws SpaceWrongCaller, SpaceOfList, MaxLeaseInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agreement, cell } from '@hanse/sdk'
 *
 * const { to: target, data, value } = cell.setMaxLease.call(client, { chainId: 1, space: charterId, maxLease: 7_200 })
 * const plan = { charter: charterId, epoch: 1, threshold: 0, calls: [{ target, data, value }], legs: [] }
 * const proposal = agreement.createIntent({ participants, plan, expiry })
 * ```
 */
export const setMaxLease = /* @__PURE__ */ defineWrite<SetMaxLeaseParameters, MaxLeaseChanged>({
  verb: 'cell.setMaxLease',
  call: (deployment, { space, maxLease }) =>
    encodeCall(contractIn(deployment, 'blackboard'), { abi: blackboardAbi, functionName: 'setMaxLease', args: [space, maxLease] }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'MaxLeaseChanged', logs })[0]?.args
  },
})
