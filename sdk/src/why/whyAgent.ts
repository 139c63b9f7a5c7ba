import { type Address, getAbiItem, type Hex, isAddressEqual, zeroAddress, zeroHash } from 'viem'
import { agentRetiredEvent } from '../abis/agentRegistry.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import { getAgent } from '../agent/getAgent.ts'
import { getIdentity } from '../agent/getIdentity.ts'
import { getLink } from '../agent/getLink.ts'
import type { Client } from '../client.ts'
import type { Why, WhyOwner } from './answer.ts'
import type { WhyCode } from './codes.ts'

const agentRegistryAbi = [agentRetiredEvent] as const

type Row = Pick<Why, 'code' | 'owner' | 'nextAction' | 'deadline'>

const nobody: WhyOwner = { kind: 'nobody' }
const anyone: WhyOwner = { kind: 'anyone' }
const row = (code: WhyCode, owner: WhyOwner, nextAction: string, deadline?: number): Row => ({ code, owner, nextAction, deadline })

/** What `whyAgent` takes. */
export type WhyAgentParameters = { readonly chainId: number; readonly agentId: Hex }

type RetiredParameters = ReadParameters & WhyAgentParameters

const isRetired = /* @__PURE__ */ defineRead<RetiredParameters, boolean>('why.whyAgent', async (context, { agentId }) => {
  const { agentRegistry: address } = context.chain.deployment
  const event = getAbiItem({ abi: agentRegistryAbi, name: 'AgentRetired' })
  return (await logsOf(context, { address, event, args: { agentId } })).length > 0
})

/**
 * Why an agent counts as alive or not.
 *
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code, nextAction } = await why.whyAgent(client, { chainId: 1, agentId })
 * ```
 */
export async function whyAgent(client: Client, { chainId, agentId }: WhyAgentParameters): Promise<Why> {
  const { value: known, freshness } = await getAgent(client, { chainId, agentId })
  const rest = { evidence: {}, freshness: [freshness] }
  if (known === undefined) {
    const { value: isOver } = await isRetired(client, { chainId, agentId, at: freshness.blockNumber })
    if (isOver) return { ...row('AgentRetired', nobody, 'It is gone for good. Register another with another salt.'), ...rest }
    return { ...row('AgentUnknown', anyone, 'Nobody registered it on this chain. Check id and chain, or register it.'), ...rest }
  }
  const { controller, liveUntil, version } = known
  const owner: WhyOwner = { kind: 'account', account: controller, chainId }
  const evidence = { controller, liveUntil: `${liveUntil}`, version: `${version}` }
  const answer = known.isAlive
    ? row('AgentAlive', owner, 'Nothing; it calls `agent.heartbeat` before `deadline`.', liveUntil)
    : row('AgentSilent', owner, 'Its controller or an operator calls `agent.heartbeat`.')
  return { ...answer, evidence, freshness: [freshness] }
}

/** What `whyLink` takes. */
export type WhyLinkParameters = WhyAgentParameters & { readonly accountChainId: number; readonly accountAddress: Address }

/**
 * Why an account is an agent's or not.
 *
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code } = await why.whyLink(client, { chainId: 1, agentId, accountChainId: 10, accountAddress })
 * ```
 */
export async function whyLink(client: Client, parameters: WhyLinkParameters): Promise<Why> {
  const { chainId, agentId, accountChainId, accountAddress } = parameters
  const { value: link, freshness } = await getLink(client, parameters)
  const { value: known } = await getAgent(client, { chainId, agentId, at: freshness.blockNumber })
  const { isDeclared, claimedAgentId, sequence, seenAt } = link
  const evidence = { isDeclared: `${isDeclared}`, claimedAgentId, sequence: `${sequence}`, seenAt: `${seenAt}` }
  const controller: WhyOwner = { kind: 'account', account: known?.controller ?? zeroAddress, chainId }
  const account: WhyOwner = { kind: 'account', account: accountAddress, chainId: accountChainId }
  const answer = (): Row => {
    if (known === undefined) return row('LinkAgentUnknown', nobody, 'The agent is unknown or retired on this chain: see `why.whyAgent`.')
    if (link.isLinked) return row('Linked', nobody, 'Nothing.')
    if (!isDeclared) return row('LinkAwaitsDeclaration', controller, "The agent's controller calls `agent.declareAccount`.")
    if (claimedAgentId !== zeroHash)
      return row('LinkElsewhere', account, 'The account named another agent last: it calls `agent.claimAgent`.')
    return row('LinkAwaitsClaim', account, 'The account calls `agent.claimAgent` on its chain; if it did, its message is still under way.')
  }
  return { ...answer(), evidence, freshness: [freshness] }
}

/** What `whyIdentity` takes. */
export type WhyIdentityParameters = WhyAgentParameters & {
  readonly identityChainId: number
  readonly identityRegistry: Address
  readonly identityId: bigint
}

/**
 * Why an identity of ERC-8004 is an agent's or not.
 *
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code } = await why.whyIdentity(client, { chainId: 1, agentId, identityChainId: 1, identityRegistry, identityId: 22n })
 * ```
 */
export async function whyIdentity(client: Client, parameters: WhyIdentityParameters): Promise<Why> {
  const { chainId, agentId, identityChainId } = parameters
  const { value: identity, freshness } = await getIdentity(client, parameters)
  const { value: known } = await getAgent(client, { chainId, agentId, at: freshness.blockNumber })
  const { isDeclared, owner, seenAt } = identity
  const evidence = { isDeclared: `${isDeclared}`, owner, seenAt: `${seenAt}` }
  const controller: WhyOwner = { kind: 'account', account: known?.controller ?? zeroAddress, chainId }
  const answer = (): Row => {
    if (known === undefined)
      return row('IdentityAgentUnknown', nobody, 'The agent is unknown or retired on this chain: see `why.whyAgent`.')
    if (identity.isProven) return row('IdentityProven', nobody, 'Nothing. Whether its registry means anything is yours to judge.')
    if (!isDeclared) return row('IdentityAwaitsDeclaration', controller, "The agent's controller calls `agent.declareIdentity`.")
    if (isAddressEqual(owner, zeroAddress)) {
      if (identityChainId === chainId) return row('IdentityMissing', nobody, 'Its registry names no owner: check registry and id.')
      return row(
        'IdentityAwaitsReport',
        anyone,
        'Anyone calls `agent.reportIdentity` on its chain; if somebody did, the message is under way.',
      )
    }
    return row('IdentityOwnerNotLinked', controller, "Its owner is not the agent's: link that account, or have its owner reported anew.")
  }
  return { ...answer(), evidence, freshness: [freshness] }
}
