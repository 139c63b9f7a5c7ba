import type { Address, Hex } from 'viem'
import { taskOpenedEvent } from '../abis/taskEscrow.ts'
import { openWithPermitFunction } from '../abis/taskFunding.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { TaskOpened } from './open.ts'
import type { Posting } from './posting.ts'

const taskFundingAbi = [openWithPermitFunction] as const

const taskEscrowAbi = [taskOpenedEvent] as const

/** That a payer pays for one task through Permit2. */
export type PaymentPermit = {
  readonly payer: Address
  readonly nonce: bigint
  /** Absolute seconds. */
  readonly deadline: bigint
  /** Of the payer, over `paymentPermitTypedData`. */
  readonly signature: Hex
}

/** What `openWithPermit` takes. */
export type OpenWithPermitParameters = WriteParameters & {
  /** The contract `TaskFunding`. Default: that of the deployment. */
  readonly funding?: Address
  readonly posting: Posting
  readonly permit: PaymentPermit
}

/**
 * Posts a task that Permit2 pays. Anyone with both signatures may.
 *
 * @throws SignatureInvalid, TermInvalid, FundingMismatch, FundingTokenInvalid: the contracts' errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const typedData = task.paymentPermitTypedData({ chainId: 1, funding, taskId, terms, nonce, deadline })
 * const permit = { payer: payer.address, nonce, deadline, signature: await payer.signTypedData(typedData) }
 * await task.openWithPermit.sync(client, { chainId: 1, posting: { terms, expiry, signature }, permit })
 * ```
 */
export const openWithPermit = /* @__PURE__ */ defineWrite<OpenWithPermitParameters, TaskOpened>({
  verb: 'task.openWithPermit',
  gasMargin: 30,
  call: (deployment, { funding = contractIn(deployment, 'taskFunding'), posting, permit }) =>
    encodeCall(funding, { abi: taskFundingAbi, functionName: 'openWithPermit', args: [posting, permit] }),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskOpened', logs })[0]?.args,
})

/** `openWithPermit`, waiting for the receipt. */
export const openWithPermitSync: typeof openWithPermit.sync = (client, parameters) => openWithPermit.sync(client, parameters)
