import type { Address } from 'viem'
import { payoutChangedEvent, setPayoutFunction } from '../abis/agentRegistry.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const agentRegistryAbi = [payoutChangedEvent, setPayoutFunction] as const

/** What `setPayout` takes. */
export type SetPayoutParameters = WriteParameters & {
  /** Zero or the signer itself: to the signer. */
  readonly payout: Address
}

/** Where an account's tasks are paid. */
export type PayoutChanged = { readonly account: Address; readonly payout: Address }

/**
 * Says where the signer's tasks are paid on this chain.
 *
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.setPayout.sync(client, { chainId: 1, payout: treasury })
 * ```
 */
export const setPayout = /* @__PURE__ */ defineWrite<SetPayoutParameters, PayoutChanged>({
  verb: 'agent.setPayout',
  call: (deployment, { payout }) =>
    encodeCall(deployment.agentRegistry, { abi: agentRegistryAbi, functionName: 'setPayout', args: [payout] }),
  event: (logs, { agentRegistry: address }) => eventsOf({ abi: agentRegistryAbi, address, eventName: 'PayoutChanged', logs })[0]?.args,
})

/** `setPayout`, waiting for the receipt. */
export const setPayoutSync: typeof setPayout.sync = (client, parameters) => setPayout.sync(client, parameters)
