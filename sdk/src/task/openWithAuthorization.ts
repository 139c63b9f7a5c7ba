import { type Address, type Hex, parseSignature } from 'viem'
import { taskOpenedEvent } from '../abis/taskEscrow.ts'
import { openWithAuthorizationFunction } from '../abis/taskFunding.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { TaskOpened } from './open.ts'
import type { Posting } from './posting.ts'

const taskFundingAbi = [openWithAuthorizationFunction] as const

const taskEscrowAbi = [taskOpenedEvent] as const

/** That a payer pays for one task by the token itself. */
export type PaymentAuthorization = {
  readonly payer: Address
  /** Seconds after which it counts. */
  readonly validAfter: bigint
  /** Seconds before which it counts. */
  readonly validBefore: bigint
  /** Of the payer, over `paymentAuthorizationTypedData`. */
  readonly signature: Hex
}

/** What `openWithAuthorization` takes. */
export type OpenWithAuthorizationParameters = WriteParameters & {
  /** The contract `TaskFunding`. Default: that of the deployment. */
  readonly funding?: Address
  readonly posting: Posting
  readonly authorization: PaymentAuthorization
}

/**
 * Posts a task that its token pays by EIP-3009. Anyone with both signatures may.
 *
 * @throws SignatureInvalid, TermInvalid, FundingMismatch, FundingTokenInvalid: the contracts' errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const times = { validAfter: 0n, validBefore: BigInt(expiry) }
 * const token = { name: 'USD Coin', version: '2' }
 * const typedData = task.paymentAuthorizationTypedData({ chainId: 1, funding, taskId, terms, payer: payer.address, ...times, token })
 * const authorization = { payer: payer.address, ...times, signature: await payer.signTypedData(typedData) }
 * await task.openWithAuthorization.sync(client, { chainId: 1, posting: { terms, expiry, signature }, authorization })
 * ```
 */
export const openWithAuthorization = /* @__PURE__ */ defineWrite<OpenWithAuthorizationParameters, TaskOpened>({
  verb: 'task.openWithAuthorization',
  gasMargin: 30,
  call: (deployment, { funding = contractIn(deployment, 'taskFunding'), posting, authorization }) =>
    encodeCall(funding, { abi: taskFundingAbi, functionName: 'openWithAuthorization', args: [posting, authorizationOf(authorization)] }),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskOpened', logs })[0]?.args,
})

/** `openWithAuthorization`, waiting for the receipt. */
export const openWithAuthorizationSync: typeof openWithAuthorization.sync = (client, parameters) =>
  openWithAuthorization.sync(client, parameters)

/** The token takes a signature in three pieces. */
function authorizationOf({ signature, ...rest }: PaymentAuthorization) {
  const { r, s, yParity } = parseSignature(signature)
  return { ...rest, v: 27 + yParity, r, s }
}
