import {
  accessManagerAbi,
  agentLinksAbi,
  agreementsAbi,
  blackboardAbi,
  chartersAbi,
  gatewayAbi,
  taskEscrowAbi,
  taskPortalAbi,
  watcherSetAbi,
} from '@hanse/sdk/abis'
import { type Abi, type Hex, toFunctionSelector } from 'viem'

const day = 86_400

/** Seconds that a change of what is believed waits: whoever may make it could forge actions of an origin chain. */
export const trustDelay = 7 * day

/** Who is in the role. */
export type Holder = 'timelock' | 'governors' | 'guardians'

/** One role of every chain's access manager. */
export type Role = {
  readonly id: bigint
  readonly label: string
  readonly holder: Holder
  /** Seconds between schedule and execution. */
  readonly delay: number
  /** Whether guardians may cancel what is scheduled. */
  readonly isVetoable: boolean
  readonly purpose: string
}

/** All roles, by name. */
export const roles = {
  admin: {
    id: 0n,
    label: 'ADMIN',
    holder: 'timelock',
    delay: 0,
    isVetoable: false,
    purpose: 'changes this table; the timelock itself waits',
  },
  trust: { id: 1n, label: 'TRUST', holder: 'governors', delay: trustDelay, isVetoable: true, purpose: 'changes what is believed' },
  route: { id: 2n, label: 'ROUTE', holder: 'governors', delay: 2 * day, isVetoable: true, purpose: 'opens and closes destinations' },
  guardian: {
    id: 3n,
    label: 'GUARDIAN',
    holder: 'guardians',
    delay: 0,
    isVetoable: false,
    purpose: 'stops new exposure, for at most 7 days',
  },
} as const satisfies Record<string, Role>

/** A contract whose functions the table governs. */
export type Governed = 'gateway' | 'watcherSet' | 'taskEscrow' | 'taskPortal' | 'agentLinks' | 'charters' | 'agreements' | 'blackboard'

/** One restricted function and who may call it. */
export type RoleRow = { readonly contract: Governed; readonly function: string; readonly role: keyof typeof roles }

/** Every restricted function of the suite. What is not in it, only the timelock may do. */
export const roleTable: readonly RoleRow[] = [
  { contract: 'gateway', function: 'linkLane', role: 'trust' },
  { contract: 'gateway', function: 'setVerifier', role: 'trust' },
  { contract: 'watcherSet', function: 'adopt', role: 'trust' },
  { contract: 'taskEscrow', function: 'linkPortal', role: 'trust' },
  { contract: 'taskPortal', function: 'linkEscrow', role: 'trust' },
  { contract: 'agentLinks', function: 'linkLinks', role: 'trust' },
  { contract: 'charters', function: 'linkCharters', role: 'trust' },
  { contract: 'agreements', function: 'linkAgreements', role: 'trust' },
  { contract: 'blackboard', function: 'linkBoard', role: 'trust' },
  { contract: 'gateway', function: 'linkDestination', role: 'route' },
  { contract: 'gateway', function: 'unlinkDestination', role: 'route' },
  { contract: 'taskEscrow', function: 'setLatency', role: 'route' },
  { contract: 'gateway', function: 'stopLane', role: 'guardian' },
  { contract: 'gateway', function: 'resumeLane', role: 'guardian' },
  { contract: 'watcherSet', function: 'cancelRotation', role: 'guardian' },
  { contract: 'watcherSet', function: 'raiseQuorum', role: 'guardian' },
  { contract: 'taskEscrow', function: 'pause', role: 'guardian' },
]

const abis: Record<Governed | 'accessManager', Abi> = {
  accessManager: accessManagerAbi,
  gateway: gatewayAbi,
  watcherSet: watcherSetAbi,
  taskEscrow: taskEscrowAbi,
  taskPortal: taskPortalAbi,
  agentLinks: agentLinksAbi,
  charters: chartersAbi,
  agreements: agreementsAbi,
  blackboard: blackboardAbi,
}

/** The selectors of a row's function; none when the contract has no such function. */
export function selectorsOf({ contract, function: name }: Pick<RoleRow, 'contract' | 'function'>): readonly Hex[] {
  return abis[contract].flatMap((item) => (item.type === 'function' && item.name === name ? [toFunctionSelector(item)] : []))
}

/** The table for `docs/roles.md`. */
export function renderRoleTable(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const wait = (seconds: number) => (seconds === 0 ? 'none' : `${seconds / day} days`)
  const lines = roleTable.flatMap((entry) => {
    const role: Role = roles[entry.role]
    return selectorsOf(entry).map((selector) =>
      row([
        entry.contract,
        `\`${entry.function}\``,
        `\`${selector}\``,
        role.label,
        role.holder,
        wait(role.delay),
        role.isVetoable ? 'yes' : 'no',
      ]),
    )
  })
  return [
    row(['contract', 'function', 'selector', 'role', 'held by', 'delay', 'guardians may veto']),
    row(Array(7).fill('---')),
    ...lines,
  ].join('\n')
}
