import type { Address } from 'viem'
import { capabilities as vocabulary } from '../agent/capabilities.ts'
import { checkCard } from './check.ts'
import { type AgentCard, type CardAgent, hanseExtensionUri, registrationType } from './schema.ts'

/** An identity of ERC-8004 that the card is the registration file of. */
export type CardIdentity = { readonly chainId: number; readonly registry: Address; readonly identityId: number }

/** Where a2a cards lie below an origin. */
export const cardPath = '/.well-known/agent-card.json'
/** Where ERC-8004 looks to see whose a domain is. */
export const registrationPath = '/.well-known/agent-registration.json'

/**
 * Builds an agent card: one document that is an agent card of A2A and a registration file of ERC-8004 at once.
 *
 * @throws CardInvalidError naming every field that is wrong.
 * @example
 * ```ts
 * import { buildCard, cardDigest } from '@hanse/sdk/card'
 *
 * const card = buildCard({
 *   name: 'Reporter',
 *   description: 'Writes reports on given material.',
 *   url: 'https://reporter.example/a2a/v1',
 *   capabilities: ['text.report'],
 *   agents: [{ chainId: 1, registry, agentId }],
 * })
 * const digest = cardDigest(card)
 * ```
 */
export function buildCard(parameters: buildCard.Parameters): AgentCard {
  const {
    name,
    description,
    url,
    capabilities,
    agents,
    identities = [],
    version = '1.0.0',
    image = plainImage(name),
    more = {},
  } = parameters
  const modes = parameters.modes ?? ['text/plain', 'application/json']
  const document = {
    type: registrationType,
    name,
    description,
    image,
    version,
    supportedInterfaces: [{ url, protocolBinding: parameters.protocolBinding ?? 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: {
      extensions: [
        {
          uri: hanseExtensionUri,
          description: 'The agents on chain that this card is of, and the names behind their capabilities.',
          required: false,
          params: { agents, capabilities },
        },
      ],
    },
    defaultInputModes: modes,
    defaultOutputModes: modes,
    skills: capabilities.map(skillOf),
    services: [{ name: 'A2A', endpoint: new URL(cardPath, url).href, version: '1.0' }, ...(parameters.services ?? [])],
    active: true,
    registrations: identities.map(({ chainId, registry, identityId }) => ({
      agentId: identityId,
      agentRegistry: `eip155:${chainId}:${registry}`,
    })),
    ...more,
  }
  return checkCard({ card: document }).card
}

export declare namespace buildCard {
  type Parameters = {
    readonly name: string
    readonly description: string
    /** Where the agent answers. */
    readonly url: string
    /** How. Default `JSONRPC`. */
    readonly protocolBinding?: string
    /** Names: at least one, at most 32, see `agent.capabilities`. Each becomes a skill. */
    readonly capabilities: readonly string[]
    /** The agents on chain that the card is of. At least one. */
    readonly agents: readonly CardAgent[]
    readonly identities?: readonly CardIdentity[]
    /** Other ways to reach the agent, for ERC-8004: an MCP endpoint, a name, a website. */
    readonly services?: readonly { readonly name: string; readonly endpoint: string; readonly version?: string }[]
    /** Of the card. Default `1.0.0`. */
    readonly version?: string
    /** A URI. Default a plain drawing with the name's first letter. */
    readonly image?: string
    /** Media types that it takes and gives. Default text and JSON. */
    readonly modes?: readonly string[]
    /** Any other fields of either standard; they win over those above. */
    readonly more?: Readonly<Record<string, unknown>>
  }
}

const known: Readonly<Record<string, string>> = vocabulary

function skillOf(name: string) {
  return { id: name, name, description: known[name] ?? name, tags: name.split('.') }
}

function plainImage(name: string): string {
  const [letter = '?'] = name.replace(/[^\p{L}\p{N}]/gu, '')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#234"/><text x="32" y="44" font-size="36" text-anchor="middle" fill="#fff">${letter}</text></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
