import type { Address, Hex } from 'viem'
import {
  acquireFunction,
  handoffFunction,
  leaseGrantedEvent,
  leaseHandedOffEvent,
  leaseReleasedEvent,
  leaseRenewedEvent,
  releaseFunction,
  renewFunction,
} from '../abis/blackboard.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const blackboardAbi = [
  acquireFunction,
  handoffFunction,
  leaseGrantedEvent,
  leaseHandedOffEvent,
  leaseReleasedEvent,
  leaseRenewedEvent,
  releaseFunction,
  renewFunction,
] as const

/** What `acquire` takes. */
export type AcquireParameters = WriteParameters & {
  readonly space: Hex
  readonly key: Hex
  /** Seconds, at most what the space allows. */
  readonly duration: number
}

/** A granted or renewed lease. */
export type Lease = {
  readonly space: Hex
  readonly key: Hex
  readonly holder: Address
  /** The fencing token: it rises with every grant and hand-off of the cell. */
  readonly token: number
  /** The last second of the lease, by home's clock. */
  readonly leaseEnd: number
}

/**
 * Holds a cell that nobody holds. For a lease that renews itself see `holdLease` of `@hanse/sdk/runtime`.
 *
 * @throws CellLeased, LeaseTooLong, WriterNotAllowed: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { event } = await cell.acquire.sync(client, { chainId: 1, space, key, duration: 60 })
 * console.log(event.token)
 * ```
 */
export const acquire = /* @__PURE__ */ defineWrite<AcquireParameters, Lease>({
  verb: 'cell.acquire',
  call: (deployment, { space, key, duration }) =>
    encodeCall(contractIn(deployment, 'blackboard'), { abi: blackboardAbi, functionName: 'acquire', args: [space, key, duration] }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'LeaseGranted', logs })[0]?.args
  },
})

/** What `renew` takes. */
export type RenewParameters = AcquireParameters & { readonly token: number }

/**
 * Lets the signer's lease end `duration` seconds from now. Changes no version, so the holder's own writes go on.
 *
 * @throws LeaseNotHeld, LeaseTooLong, LeaseNotLonger, WriterNotAllowed: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * await cell.renew.sync(client, { chainId: 1, space, key, token, duration: 60 })
 * ```
 */
export const renew = /* @__PURE__ */ defineWrite<RenewParameters, Lease>({
  verb: 'cell.renew',
  call: (deployment, { space, key, token, duration }) =>
    encodeCall(contractIn(deployment, 'blackboard'), { abi: blackboardAbi, functionName: 'renew', args: [space, key, token, duration] }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'LeaseRenewed', logs })[0]?.args
  },
})

/** What `handoff` takes. */
export type HandoffCellParameters = WriteParameters & {
  readonly space: Hex
  readonly key: Hex
  readonly token: number
  /** A writer of the space. */
  readonly to: Address
}

/** A lease in other hands. */
export type LeaseHandedOff = {
  readonly space: Hex
  readonly key: Hex
  readonly from: Address
  readonly to: Address
  readonly token: number
}

/**
 * Hands the signer's lease to another writer: same end, same limit, new token.
 *
 * @throws LeaseNotHeld, WriterNotAllowed: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { event } = await cell.handoff.sync(client, { chainId: 1, space, key, token, to: bo })
 * console.log(event.token)
 * ```
 */
export const handoff = /* @__PURE__ */ defineWrite<HandoffCellParameters, LeaseHandedOff>({
  verb: 'cell.handoff',
  call: (deployment, { space, key, token, to }) =>
    encodeCall(contractIn(deployment, 'blackboard'), { abi: blackboardAbi, functionName: 'handoff', args: [space, key, token, to] }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'LeaseHandedOff', logs })[0]?.args
  },
})

/** What `release` takes. */
export type ReleaseCellParameters = Omit<HandoffCellParameters, 'to'>

/** A cell that nobody holds any more. */
export type LeaseReleased = { readonly space: Hex; readonly key: Hex; readonly holder: Address; readonly version: number }

/**
 * Ends the signer's lease now.
 *
 * @throws LeaseNotHeld: the contract's error, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * await cell.release.sync(client, { chainId: 1, space, key, token })
 * ```
 */
export const release = /* @__PURE__ */ defineWrite<ReleaseCellParameters, LeaseReleased>({
  verb: 'cell.release',
  call: (deployment, { space, key, token }) =>
    encodeCall(contractIn(deployment, 'blackboard'), { abi: blackboardAbi, functionName: 'release', args: [space, key, token] }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'LeaseReleased', logs })[0]?.args
  },
})
