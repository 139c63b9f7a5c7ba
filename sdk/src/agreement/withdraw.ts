import type { Address, Hex } from 'viem'
import { coordinationCancelledEvent, withdrawIntentFunction } from '../abis/agreements.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Proposal } from './types.ts'

const agreementsAbi = [coordinationCancelledEvent, withdrawIntentFunction] as const

/** What `withdraw` takes. */
export type WithdrawIntentParameters = WriteParameters & { readonly proposal: Proposal }

/** A proposal that nobody can carry out any more. */
export type CoordinationCancelled = {
  readonly intentHash: Hex
  readonly canceller: Address
  readonly reason: string
  readonly finalStatus: number
}

/**
 * Gives up a proposal of the signer's, so that nobody can bring it later, whatever was signed.
 *
 * @throws ERC8001_NotProposer, IntentKnown: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * await agreement.withdraw.sync(client, { chainId: 1, proposal })
 * ```
 */
export const withdraw = /* @__PURE__ */ defineWrite<WithdrawIntentParameters, CoordinationCancelled>({
  verb: 'agreement.withdraw',
  call: (deployment, { proposal: { intent } }) =>
    encodeCall(contractIn(deployment, 'agreements'), { abi: agreementsAbi, functionName: 'withdrawIntent', args: [intent] }),
  event: (logs, deployment) =>
    eventsOf({ abi: agreementsAbi, address: contractIn(deployment, 'agreements'), eventName: 'CoordinationCancelled', logs })[0]?.args,
})

/** `withdraw`, waiting for the receipt. */
export const withdrawSync: typeof withdraw.sync = (client, parameters) => withdraw.sync(client, parameters)
