import { type Address, type Hex, isAddress, isHex } from 'viem'
import { z } from 'zod'
import { isCapabilityName } from '../agent/capabilities.ts'

/** The `type` of a registration file of ERC-8004. */
export const registrationType = 'https://eips.ethereum.org/EIPS/eip-8004#registration-v1'
/** The extension of A2A under which a card names its agents. */
export const hanseExtensionUri = 'urn:hanse:agent-card:1'

const text = z.string().min(1).max(4_096)
const uri = z
  .string()
  .max(32_768)
  .regex(/^[a-z][a-z0-9+.-]*:\S+$/i, 'expected an absolute URI')
const url = z.url({ protocol: /^(https?|wss?|grpcs?)$/ })
const mediaTypes = z.array(z.string().regex(/^[\w.+-]+\/[\w.+*-]+$/, 'expected a media type')).min(1)
const record = z.record(z.string(), z.unknown())
const requirements = z.array(z.looseObject({ schemes: z.record(z.string(), z.looseObject({ list: z.array(z.string()).exactOptional() })) }))

const agentInterface = z.looseObject({ url, protocolBinding: text, protocolVersion: text, tenant: z.string().exactOptional() })

const skill = z.looseObject({
  id: text,
  name: text,
  description: text,
  tags: z.array(text).min(1),
  examples: z.array(z.string()).exactOptional(),
  inputModes: mediaTypes.exactOptional(),
  outputModes: mediaTypes.exactOptional(),
  securityRequirements: requirements.exactOptional(),
})

const extension = z.looseObject({
  uri,
  description: z.string().exactOptional(),
  required: z.boolean().exactOptional(),
  params: record.exactOptional(),
})

/** A2A 1.0, message `AgentCard`: its fields in the JSON form of Protocol Buffers. Unknown ones are kept, as the text asks of readers. */
const a2aFields = {
  name: text,
  description: text,
  supportedInterfaces: z.array(agentInterface).min(1),
  provider: z.looseObject({ url, organization: text }).exactOptional(),
  version: text,
  documentationUrl: url.exactOptional(),
  capabilities: z.looseObject({
    streaming: z.boolean().exactOptional(),
    pushNotifications: z.boolean().exactOptional(),
    extensions: z.array(extension).exactOptional(),
    extendedAgentCard: z.boolean().exactOptional(),
  }),
  securitySchemes: z.record(z.string(), record).exactOptional(),
  securityRequirements: requirements.exactOptional(),
  defaultInputModes: mediaTypes,
  defaultOutputModes: mediaTypes,
  skills: z.array(skill).min(1),
  signatures: z.array(z.looseObject({ protected: text, signature: text, header: record.exactOptional() })).exactOptional(),
  iconUrl: uri.exactOptional(),
}

const registry = z.string().regex(/^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}:\S+$/, 'expected namespace:chain:registry')

/** ERC-8004, the registration file. `name` and `description` are those of A2A. */
const registrationFields = {
  type: z.literal(registrationType),
  image: uri,
  services: z.array(z.looseObject({ name: text, endpoint: text, version: text.exactOptional() })),
  x402Support: z.boolean().exactOptional(),
  active: z.boolean().exactOptional(),
  registrations: z.array(
    z.looseObject({ agentId: z.int().nonnegative(), agentRegistry: registry.refine(isRegistry, 'expected an address of that chain') }),
  ),
  supportedTrust: z.array(text).exactOptional(),
}

function isRegistry(value: string): boolean {
  const [namespace, chain = '', account = ''] = value.split(':')
  return namespace !== 'eip155' || (/^[1-9]\d*$/.test(chain) && isAddress(account, { strict: false }))
}

const bytes32 = z.custom<Hex>((value) => isHex(value) && value.length === 66, 'expected 32 bytes as hex')
const address = z.custom<Address>((value) => typeof value === 'string' && isAddress(value, { strict: false }), 'expected an address')

/** What the extension of A2A says: which agents the card is of, and the names behind their capabilities. */
export const hanseParams = z.strictObject({
  agents: z.array(z.strictObject({ chainId: z.int().positive(), registry: address, agentId: bytes32 })).min(1),
  capabilities: z.array(z.string().refine(isCapabilityName, 'expected a name like text.report')).max(32),
})

/** One document that is an agent card of A2A 1.0 and a registration file of ERC-8004 at once, and names the agents that it is of. */
export const cardSchema = z.looseObject({ ...a2aFields, ...registrationFields })

/** An agent card. */
export type AgentCard = z.output<typeof cardSchema>

/** Which agents a card is of, and what they can do. */
export type CardAgents = z.output<typeof hanseParams>

/** An agent as a card names it. */
export type CardAgent = CardAgents['agents'][number]

/** JSON Schema of an agent card, for editors. */
export const cardJsonSchema = (): unknown => z.toJSONSchema(cardSchema, { unrepresentable: 'any', io: 'input' })
