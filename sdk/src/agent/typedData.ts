import type { Address, Hex, TypedDataDomain } from 'viem'
import type { Profile } from './profile.ts'

const profileFields = [
  { name: 'payout', type: 'address' },
  { name: 'cardDigest', type: 'bytes32' },
  { name: 'capabilities', type: 'bytes32[]' },
  { name: 'cardUri', type: 'string' },
] as const

/** The five messages that controllers and operators of agents sign (EIP-712). */
export const agentTypes = {
  Registration: [
    { name: 'controller', type: 'address' },
    { name: 'salt', type: 'bytes32' },
    { name: 'liveUntil', type: 'uint40' },
    { name: 'profile', type: 'Profile' },
    { name: 'expiry', type: 'uint40' },
  ],
  Update: [
    { name: 'agentId', type: 'bytes32' },
    { name: 'profile', type: 'Profile' },
    { name: 'version', type: 'uint40' },
    { name: 'expiry', type: 'uint40' },
  ],
  Heartbeat: [
    { name: 'agentId', type: 'bytes32' },
    { name: 'liveUntil', type: 'uint40' },
    { name: 'version', type: 'uint40' },
    { name: 'expiry', type: 'uint40' },
  ],
  OperatorChange: [
    { name: 'agentId', type: 'bytes32' },
    { name: 'operator', type: 'address' },
    { name: 'isOperator', type: 'bool' },
    { name: 'version', type: 'uint40' },
    { name: 'expiry', type: 'uint40' },
  ],
  Retirement: [
    { name: 'agentId', type: 'bytes32' },
    { name: 'version', type: 'uint40' },
    { name: 'expiry', type: 'uint40' },
  ],
  Profile: profileFields,
} as const

/** Where agents live: what every signature about them names. */
export type AgentHome = { readonly chainId: number; readonly registry: Address }

/** The EIP-712 domain of a chain's registry. */
export function agentDomain({ chainId, registry }: AgentHome) {
  return { name: 'Hanse AgentRegistry', version: '1', chainId, verifyingContract: registry } as const satisfies TypedDataDomain
}

/** What a signature about an agent that exists names: the version that `getAgent` tells, and until when it counts (absolute seconds). */
export type AboutAgent = AgentHome & { readonly agentId: Hex; readonly version: number; readonly expiry: number }

/** What a controller signs so that anyone may register its agent: see `registerFor`. */
export function registrationTypedData({ controller, salt, liveUntil, profile, expiry, ...home }: registrationTypedData.Parameters) {
  const { Registration, Profile } = agentTypes
  const message = { controller, salt, liveUntil, profile, expiry }
  return { domain: agentDomain(home), types: { Registration, Profile }, primaryType: 'Registration', message } as const
}

export declare namespace registrationTypedData {
  type Parameters = AgentHome & {
    readonly controller: Address
    readonly salt: Hex
    readonly liveUntil: number
    readonly profile: Profile
    readonly expiry: number
  }
}

/** What a controller signs so that anyone may replace its agent's profile: see `updateFor`. */
export function updateTypedData({ agentId, profile, version, expiry, ...home }: AboutAgent & { readonly profile: Profile }) {
  const { Update, Profile } = agentTypes
  const message = { agentId, profile, version, expiry }
  return { domain: agentDomain(home), types: { Update, Profile }, primaryType: 'Update', message } as const
}

/** What a controller or an operator signs so that anyone may lengthen an agent's life: see `heartbeatFor`. */
export function heartbeatTypedData({ agentId, liveUntil, version, expiry, ...home }: AboutAgent & { readonly liveUntil: number }) {
  const { Heartbeat } = agentTypes
  const message = { agentId, liveUntil, version, expiry }
  return { domain: agentDomain(home), types: { Heartbeat }, primaryType: 'Heartbeat', message } as const
}

/** What a controller signs so that anyone may make an account an operator, or end that: see `setOperatorFor`. */
export function operatorTypedData({
  agentId,
  operator,
  isOperator,
  version,
  expiry,
  ...home
}: AboutAgent & { readonly operator: Address; readonly isOperator: boolean }) {
  const { OperatorChange } = agentTypes
  const message = { agentId, operator, isOperator, version, expiry }
  return { domain: agentDomain(home), types: { OperatorChange }, primaryType: 'OperatorChange', message } as const
}

/** What a controller signs so that anyone may end its agent: see `retireFor`. */
export function retirementTypedData({ agentId, version, expiry, ...home }: AboutAgent) {
  const { Retirement } = agentTypes
  return { domain: agentDomain(home), types: { Retirement }, primaryType: 'Retirement', message: { agentId, version, expiry } } as const
}
