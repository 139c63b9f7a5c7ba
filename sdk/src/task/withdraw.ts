import { type Address, zeroAddress } from 'viem'
import { creditWithdrawnEvent, withdrawToFunction } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const taskEscrowAbi = [creditWithdrawnEvent, withdrawToFunction] as const

/** What `withdraw` takes. */
export type WithdrawParameters = WriteParameters & {
  /** Default: the native coin. */
  readonly token?: Address
  /** Where the credit is paid. */
  readonly to: Address
}

/** A credit that was paid out. */
export type CreditWithdrawn = { readonly account: Address; readonly token: Address; readonly to: Address; readonly amount: bigint }

/**
 * Pays out what waits for the signer because a payment to it had failed.
 *
 * @throws CreditEmpty when nothing waits.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.withdraw.sync(client, { chainId: 1, to: account.address })
 * console.log(event.amount)
 * ```
 */
export const withdraw = /* @__PURE__ */ defineWrite<WithdrawParameters, CreditWithdrawn>({
  verb: 'task.withdraw',
  gasMargin: 30,
  call: (deployment, { token = zeroAddress, to }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'withdrawTo', args: [token, to] }),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'CreditWithdrawn', logs })[0]?.args,
})

/** `withdraw`, waiting for the receipt. */
export const withdrawSync: typeof withdraw.sync = (client, parameters) => withdraw.sync(client, parameters)
