export { CardInvalidError, type CardProblem, CardUnavailableError } from '../errors/card.ts'
export { buildCard, type CardIdentity, cardPath, registrationPath } from './build.ts'
export { canonicalJson, cardDigest } from './canonical.ts'
export { type CheckedCard, checkCard } from './check.ts'
export { fetchCard } from './fetchCard.ts'
export {
  type AgentCard,
  type CardAgent,
  type CardAgents,
  cardJsonSchema,
  cardSchema,
  hanseExtensionUri,
  registrationType,
} from './schema.ts'
export { cardHandler } from './serve.ts'
export { maxCardBytes } from './strictJson.ts'
