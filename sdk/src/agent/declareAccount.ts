import type { Address, Hex } from 'viem'
import { accountDeclaredEvent, declareAccountFunction } from '../abis/agentLinks.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { linksOf } from './links.ts'

const agentLinksAbi = [accountDeclaredEvent, declareAccountFunction] as const

/** What `declareAccount` takes. */
export type DeclareAccountParameters = WriteParameters & {
  readonly agentId: Hex
  /** The account's chain: this one or another. */
  readonly accountChainId: number
  readonly accountAddress: Address
  readonly isDeclared: boolean
}

/** What an agent's controller says of an account. */
export type AccountDeclared = { readonly agentId: Hex; readonly chainId: bigint; readonly account: Address; readonly isDeclared: boolean }

/**
 * Says that an account is an agent's, or no longer. It becomes a link once that account says so too, on its own chain: see `claimAgent`. The
 * signer is the agent's controller.
 *
 * @throws AgentWrongController: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.declareAccount.sync(client, { chainId: 1, agentId, accountChainId: 10, accountAddress, isDeclared: true })
 * ```
 */
export const declareAccount = /* @__PURE__ */ defineWrite<DeclareAccountParameters, AccountDeclared>({
  verb: 'agent.declareAccount',
  call: (deployment, { agentId, accountChainId, accountAddress, isDeclared }) =>
    encodeCall(linksOf(deployment), {
      abi: agentLinksAbi,
      functionName: 'declareAccount',
      args: [agentId, BigInt(accountChainId), accountAddress, isDeclared],
    }),
  event: (logs, deployment) => eventsOf({ abi: agentLinksAbi, address: linksOf(deployment), eventName: 'AccountDeclared', logs })[0]?.args,
})

/** `declareAccount`, waiting for the receipt. */
export const declareAccountSync: typeof declareAccount.sync = (client, parameters) => declareAccount.sync(client, parameters)
