import { type Address, erc20Abi } from 'viem'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

/** What `approve` takes. */
export type ApproveParameters = WriteParameters & {
  readonly token: Address
  /** Base units. */
  readonly amount: bigint
}

/** An allowance of the escrow. */
export type Allowance = { readonly owner: Address; readonly spender: Address; readonly value: bigint }

/**
 * Lets a chain's escrow take an amount of an ERC-20 coin from the signer, for what a task costs (`totalOf`), for deposits and for
 * bonds of doubts and disputes.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * await task.approve.sync(client, { chainId: 1, token: terms.token, amount: task.totalOf(terms) })
 * await task.open.sync(client, { chainId: 1, terms })
 * ```
 */
export const approve = /* @__PURE__ */ defineWrite<ApproveParameters, Allowance>({
  verb: 'task.approve',
  call: (deployment, { token, amount }) =>
    encodeCall(token, { abi: erc20Abi, functionName: 'approve', args: [deployment.taskEscrow, amount] }),
  event: (logs, { taskEscrow }) =>
    logs
      .flatMap(({ address }) => eventsOf({ abi: erc20Abi, address, eventName: 'Approval', logs }))
      .map(({ args }) => args)
      .find(({ spender }) => spender.toLowerCase() === taskEscrow.toLowerCase()),
})

/** `approve`, waiting for the receipt. */
export const approveSync: typeof approve.sync = (client, parameters) => approve.sync(client, parameters)
