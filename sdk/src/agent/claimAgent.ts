import type { Address, Hex, Log } from 'viem'
import { accountClaimedEvent, claimAgentFunction, claimSentEvent } from '../abis/agentLinks.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Deployment } from '../types.ts'
import { linksOf } from './links.ts'

const agentLinksAbi = [accountClaimedEvent, claimAgentFunction, claimSentEvent] as const

/** What `claimAgent` takes. */
export type ClaimAgentParameters = WriteParameters & {
  /** The agent's home: `chainId` itself or another chain. */
  readonly homeChainId: number
  /** Zero: the signer belongs to no agent of that chain. */
  readonly agentId: Hex
}

/** What an account says of itself. Where the home is another chain, a message with the id `sendId` is under way. */
export type AgentClaimed = {
  readonly account: Address
  readonly agentId: Hex
  readonly sequence: number
  readonly sendId: Hex | undefined
}

/**
 * Says that the signer belongs to an agent. It becomes a link once the agent's controller says so too, at the agent's home: see
 * `declareAccount`. For a home on another chain it sends a message that anyone may deliver; the last word counts, in whatever order they come.
 *
 * @throws LinksNotLinked, DestinationNotLinked: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * const { event } = await agent.claimAgent.sync(client, { chainId: 10, homeChainId: 1, agentId })
 * ```
 */
export const claimAgent = /* @__PURE__ */ defineWrite<ClaimAgentParameters, AgentClaimed>({
  verb: 'agent.claimAgent',
  call: (deployment, { homeChainId, agentId }) =>
    encodeCall(linksOf(deployment), { abi: agentLinksAbi, functionName: 'claimAgent', args: [BigInt(homeChainId), agentId] }),
  event: claimIn,
})

function claimIn(logs: readonly Log[], deployment: Deployment): AgentClaimed | undefined {
  const found = { abi: agentLinksAbi, address: linksOf(deployment), logs }
  const [here] = eventsOf({ ...found, eventName: 'AccountClaimed' })
  const [sent] = eventsOf({ ...found, eventName: 'ClaimSent' })
  const args = sent?.args ?? here?.args
  if (args === undefined) return undefined
  return { account: args.account, agentId: args.agentId, sequence: args.sequence, sendId: sent?.args.sendId }
}

/** `claimAgent`, waiting for the receipt. */
export const claimAgentSync: typeof claimAgent.sync = (client, parameters) => claimAgent.sync(client, parameters)
