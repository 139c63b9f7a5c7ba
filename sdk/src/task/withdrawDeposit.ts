import { zeroAddress } from 'viem'
import { bondWithdrawnEvent, withdrawDepositFunction } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite } from '../actions/defineWrite.ts'
import type { DepositChange, DepositParameters } from './deposit.ts'

const taskEscrowAbi = [bondWithdrawnEvent, withdrawDepositFunction] as const

/**
 * Takes back what of the signer's deposit for an actor is not locked behind a task.
 *
 * @throws DepositInsufficient naming what is free.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * await task.withdrawDeposit.sync(client, { chainId: 1, actor: { chainId: 10, account: worker }, amount: 1n })
 * ```
 */
export const withdrawDeposit = /* @__PURE__ */ defineWrite<DepositParameters, DepositChange>({
  verb: 'task.withdrawDeposit',
  gasMargin: 30,
  call: (deployment, { actor, token = zeroAddress, amount }) =>
    encodeCall(deployment.taskEscrow, {
      abi: taskEscrowAbi,
      functionName: 'withdrawDeposit',
      args: [BigInt(actor.chainId), actor.account, token, amount],
    }),
  event: (logs, { taskEscrow: address }) => {
    const [withdrawn] = eventsOf({ abi: taskEscrowAbi, address, eventName: 'BondWithdrawn', logs })
    if (withdrawn === undefined) return undefined
    const { sponsor, chainId, account, token, amount } = withdrawn.args
    return { sponsor, actor: { chainId: Number(chainId), account }, token, amount }
  },
})

/** `withdrawDeposit`, waiting for the receipt. */
export const withdrawDepositSync: typeof withdrawDeposit.sync = (client, parameters) => withdrawDeposit.sync(client, parameters)
