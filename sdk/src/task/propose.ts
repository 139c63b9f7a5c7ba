import type { Address, Hex } from 'viem'
import { proposeFunction, taskProposedEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Terms } from './terms.ts'
import type { Bid } from './typedData.ts'

const taskEscrowAbi = [proposeFunction, taskProposedEvent] as const

/** What `propose` takes. */
export type ProposeParameters = WriteParameters & {
  readonly terms: Terms
  readonly bid: Bid
  /** Of the bidder: see `signBid`. Default: the signer of the transaction bids. */
  readonly signature?: Hex
}

/** The bid that leads an auction. */
export type TaskProposed = {
  readonly taskId: Hex
  readonly worker: Address
  /** Basis points of the reward. */
  readonly share: number
  /** The fencing token that the assignment will get. */
  readonly token: number
  /** Absolute seconds: better bids count until then. */
  readonly until: number
}

/**
 * Enters a bid in an auction: the first, or one that beats the standing bid by the policy's least step. The bidder, or anyone with its signature.
 *
 * @throws TaskWrongState, AllocationWrong, BidTooHigh, TaskDeadlinePassed, DepositInsufficient, SignatureInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const bid = { worker, sponsor: worker, share: 6_000, token: 1, expiry }
 * const { event } = await task.propose.sync(client, { chainId: 1, terms, bid })
 * console.log(event.until)
 * ```
 */
export const propose = /* @__PURE__ */ defineWrite<ProposeParameters, TaskProposed>({
  verb: 'task.propose',
  gasMargin: 30,
  call: (deployment, { terms, bid, signature = '0x' }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'propose', args: [terms, bid, signature] }),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskProposed', logs })[0]?.args,
})

/** `propose`, waiting for the receipt. */
export const proposeSync: typeof propose.sync = (client, parameters) => propose.sync(client, parameters)
