import { type Address, zeroAddress } from 'viem'
import { bondDepositedEvent, depositFunction } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Actor } from './actor.ts'

const taskEscrowAbi = [bondDepositedEvent, depositFunction] as const

/** What `deposit` takes. */
export type DepositParameters = WriteParameters & {
  /** The worker that the deposit stands behind, on the chain where it lives. */
  readonly actor: Actor
  /** Default: the native coin. */
  readonly token?: Address
  /** Base units. */
  readonly amount: bigint
}

/** A deposit that came in or went back. */
export type DepositChange = { readonly sponsor: Address; readonly actor: Actor; readonly token: Address; readonly amount: bigint }

/**
 * Deposits for an actor on any chain, on the task's home chain. The deposit is the signer's consent to stand behind the actor's claims.
 *
 * @throws AmountMismatch, TokenInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 * import { parseEther } from 'viem'
 *
 * await task.deposit.sync(client, { chainId: 1, actor: { chainId: 10, account: worker }, amount: parseEther('0.1') })
 * ```
 */
export const deposit = /* @__PURE__ */ defineWrite<DepositParameters, DepositChange>({
  verb: 'task.deposit',
  call: (deployment, { actor, token = zeroAddress, amount }) =>
    encodeCall(
      deployment.taskEscrow,
      { abi: taskEscrowAbi, functionName: 'deposit', args: [BigInt(actor.chainId), actor.account, token, amount] },
      token === zeroAddress ? amount : 0n,
    ),
  event: (logs, { taskEscrow: address }) => {
    const [deposited] = eventsOf({ abi: taskEscrowAbi, address, eventName: 'BondDeposited', logs })
    if (deposited === undefined) return undefined
    const { sponsor, chainId, account, token, amount } = deposited.args
    return { sponsor, actor: { chainId: Number(chainId), account }, token, amount }
  },
})

/** `deposit`, waiting for the receipt. */
export const depositSync: typeof deposit.sync = (client, parameters) => deposit.sync(client, parameters)
