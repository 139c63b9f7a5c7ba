import type { Hex } from 'viem'
import type { z } from 'zod'
import { capabilityOf } from '../agent/profile.ts'
import { CardInvalidError, type CardProblem } from '../errors/card.ts'
import { canonicalJson, cardDigest } from './canonical.ts'
import { type AgentCard, type CardAgent, type CardAgents, cardSchema, hanseExtensionUri, hanseParams } from './schema.ts'
import { maxCardBytes, parseStrictJson } from './strictJson.ts'

/** A card that was looked at, with the agents that it names. */
export type CheckedCard = { readonly card: AgentCard; readonly agents: CardAgents; readonly digest: Hex }

/**
 * Checks an agent card, and that it is the card of the agent that led to it: its digest is the one on chain, it names that agent, and its names
 * are those behind the capabilities on chain. All of what is wrong is said at once.
 *
 * @throws CardInvalidError naming every field that is wrong.
 * @example
 * ```ts
 * import { checkCard } from '@hanse/sdk/card'
 *
 * const { card } = checkCard({ text, profile, agent: { chainId: 1, registry, agentId } })
 * console.log(card.name, card.supportedInterfaces[0]?.url)
 * ```
 */
export function checkCard({ text, card, profile, agent }: checkCard.Parameters): CheckedCard {
  const document = text === undefined ? card : parseStrictJson(text)
  const parsed = cardSchema.safeParse(document)
  if (!parsed.success) throw new CardInvalidError(problemsOf(parsed.error))
  const form = canonicalJson(parsed.data)
  const size = new TextEncoder().encode(form).length
  if (size > maxCardBytes)
    throw new CardInvalidError([{ path: 'the document', reason: `has ${size} bytes, at most ${maxCardBytes} are read` }])
  const digest = cardDigest(parsed.data)
  const agents = agentsOf(parsed.data)
  const problems = [
    ...uniqueProblems(parsed.data, agents),
    ...profileProblems({ digest, agents, profile }),
    ...agentProblems({ agents, agent }),
  ]
  if (problems.length > 0) throw new CardInvalidError(problems)
  return { card: parsed.data, agents, digest }
}

export declare namespace checkCard {
  type Parameters = {
    /** As it was served; stricter than what `JSON.parse` gives, so prefer it. */
    readonly text?: string
    /** Instead of `text`: the document, parsed. */
    readonly card?: unknown
    /** What stands on chain. */
    readonly profile?: { readonly cardDigest: Hex; readonly capabilities: readonly Hex[] }
    /** The agent that it must be of. */
    readonly agent?: CardAgent
  }
}

function problemsOf({ issues }: z.ZodError): CardProblem[] {
  return issues.map(({ path, message }) => ({ path: path.map(String).join('.') || 'the document', reason: message }))
}

function agentsOf({ capabilities }: AgentCard): CardAgents {
  const found = (capabilities.extensions ?? []).flatMap((extension, index) =>
    extension.uri === hanseExtensionUri ? [{ extension, index }] : [],
  )
  const [only] = found
  if (only === undefined || found.length > 1) {
    const reason = `has ${found.length} extensions ${hanseExtensionUri}, expected one`
    throw new CardInvalidError([{ path: 'capabilities.extensions', reason }])
  }
  const parsed = hanseParams.safeParse(only.extension.params)
  if (parsed.success) return parsed.data
  const at = `capabilities.extensions.${only.index}.params`
  throw new CardInvalidError(problemsOf(parsed.error).map(({ path, reason }) => ({ path: `${at}.${path}`, reason })))
}

function repeated(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index)
}

function uniqueProblems({ skills }: AgentCard, { agents, capabilities }: CardAgents): CardProblem[] {
  const lists = {
    skills: skills.map(({ id }) => id),
    agents: agents.map(({ chainId, registry, agentId }) => `${chainId} ${registry} ${agentId}`.toLowerCase()),
    capabilities,
  }
  return Object.entries(lists).flatMap(([path, values]) => {
    const twice = repeated(values)
    return twice === undefined ? [] : [{ path, reason: `has ${twice} twice` }]
  })
}

type ProfileProblems = { readonly digest: Hex; readonly agents: CardAgents; readonly profile: checkCard.Parameters['profile'] }

function profileProblems({ digest, agents, profile }: ProfileProblems): CardProblem[] {
  if (profile === undefined) return []
  const named = agents.capabilities.map(capabilityOf)
  const onChain = profile.capabilities.map((hash) => hash.toLowerCase())
  const missing = onChain.filter((hash) => !named.some((other) => other === hash))
  const extra = agents.capabilities.filter((name) => !onChain.includes(capabilityOf(name)))
  return [
    ...(digest === profile.cardDigest.toLowerCase()
      ? []
      : [{ path: 'the document', reason: `has the digest ${digest}, on chain stands ${profile.cardDigest}` }]),
    ...missing.map((hash) => ({ path: 'capabilities', reason: `${hash} stands on chain, and no name of the card is behind it` })),
    ...extra.map((name) => ({ path: 'capabilities', reason: `${name} does not stand on chain` })),
  ]
}

type AgentProblems = { readonly agents: CardAgents; readonly agent: CardAgent | undefined }

function agentProblems({ agents, agent }: AgentProblems): CardProblem[] {
  if (agent === undefined) return []
  const isIt = (other: CardAgent) =>
    other.chainId === agent.chainId &&
    other.registry.toLowerCase() === agent.registry.toLowerCase() &&
    other.agentId.toLowerCase() === agent.agentId.toLowerCase()
  return agents.agents.some(isIt) ? [] : [{ path: 'agents', reason: `${agent.agentId} of chain ${agent.chainId} is not among them` }]
}
