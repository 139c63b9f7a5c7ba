import { accessManagerAbi, timelockControllerAbi } from '@hanse/sdk/abis'
import { type Address, concat, encodeFunctionData, type Hex, keccak256, toHex, zeroHash } from 'viem'
import type { ContractName } from './artifacts.ts'
import type { SuiteConfig } from './config.ts'
import { type Governed, type Holder, type Role, roles, roleTable, selectorsOf } from './roles.ts'
import { type Check, type Step, word } from './steps.ts'
import { execute } from './wiring.ts'

type Parameters = { config: SuiteConfig; addresses: Readonly<Record<ContractName, Address>> }

const canceller = keccak256(toHex('CANCELLER_ROLE'))

/**
 * What takes every power from the deployer. The steps run in one transaction, after all wiring: there is no block in which the table of
 * roles stands and the deployer still rules, and none in which nobody does.
 */
export function handoverSteps(parameters: Parameters): readonly Step[] {
  const { config, addresses } = parameters
  return [
    ...functionSteps(parameters),
    ...Object.values(roles).flatMap((role) => roleSteps({ role, ...parameters })),
    ...config.guardians.map((guardian) => timelockStep({ addresses, role: canceller, guardian })),
    leaveTimelockStep(parameters),
    leaveManagerStep(parameters),
  ]
}

function functionSteps({ addresses }: Parameters): readonly Step[] {
  const manager = addresses.accessManager
  const groups = Map.groupBy(roleTable, ({ contract, role }) => `${contract} ${role}`)
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows
    if (first === undefined) return []
    const target = addresses[first.contract satisfies Governed]
    const { id, label } = roles[first.role]
    const selectors = rows.flatMap(selectorsOf)
    const call = encodeFunctionData({ abi: accessManagerAbi, functionName: 'setTargetFunctionRole', args: [target, selectors, id] })
    const checks = selectors.map((selector) => ({
      to: manager,
      data: encodeFunctionData({ abi: accessManagerAbi, functionName: 'getTargetFunctionRole', args: [target, selector] }),
      expected: word(id),
      label: `role of ${selector} on the ${first.contract}`,
    }))
    return [{ name: `${first.contract}: ${rows.map((row) => row.function).join(', ')} by ${label}`, calls: [call], checks }]
  })
}

function roleSteps({ role, config, addresses }: Parameters & { role: Role }): readonly Step[] {
  const manager = addresses.accessManager
  const { id, label, delay, holder } = role
  const grants = holdersOf({ holder, config, addresses }).map((account) => ({
    name: `${label} to ${account}, delay ${delay} s`,
    calls: [encodeFunctionData({ abi: accessManagerAbi, functionName: 'grantRole', args: [id, account, delay] })],
    checks: [memberCheck({ manager, id, account, expected: concat([word(true), word(BigInt(delay))]) })],
  }))
  if (!role.isVetoable) return grants
  const veto = {
    name: `guardians may veto ${label}`,
    calls: [
      encodeFunctionData({ abi: accessManagerAbi, functionName: 'labelRole', args: [id, label] }),
      encodeFunctionData({ abi: accessManagerAbi, functionName: 'setRoleGuardian', args: [id, roles.guardian.id] }),
    ],
    checks: [
      {
        to: manager,
        data: encodeFunctionData({ abi: accessManagerAbi, functionName: 'getRoleGuardian', args: [id] }),
        expected: word(roles.guardian.id),
        label: `veto over ${label}`,
      },
    ],
  }
  return [veto, ...grants]
}

function holdersOf({ holder, config, addresses }: Parameters & { holder: Holder }): readonly Address[] {
  if (holder === 'timelock') return [addresses.timelock]
  return config[holder]
}

function memberCheck({ manager, id, account, expected }: { manager: Address; id: bigint; account: Address; expected: Hex }): Check {
  const data = encodeFunctionData({ abi: accessManagerAbi, functionName: 'hasRole', args: [id, account] })
  return { to: manager, data, expected, label: `role ${id} of ${account}` }
}

function timelockStep({ addresses, role, guardian }: Pick<Parameters, 'addresses'> & { role: Hex; guardian: Address }): Step {
  const { timelock } = addresses
  const args = [role, guardian] as const
  const data = encodeFunctionData({ abi: timelockControllerAbi, functionName: 'grantRole', args })
  const read = encodeFunctionData({ abi: timelockControllerAbi, functionName: 'hasRole', args })
  const name = `${guardian} may cancel proposals of the timelock`
  return { name, calls: [execute(timelock, data)], checks: [{ to: timelock, data: read, expected: word(true), label: name }] }
}

/** From here on the timelock administers itself. */
function leaveTimelockStep({ addresses: { timelock, accessManager } }: Parameters): Step {
  const args = [zeroHash, accessManager] as const
  const data = encodeFunctionData({ abi: timelockControllerAbi, functionName: 'renounceRole', args })
  const read = encodeFunctionData({ abi: timelockControllerAbi, functionName: 'hasRole', args })
  const name = 'the access manager leaves the timelock'
  return { name, calls: [execute(timelock, data)], checks: [{ to: timelock, data: read, expected: word(false), label: name }] }
}

/** The last call of all. */
function leaveManagerStep({ addresses: { accessManager }, config: { deployer } }: Parameters): Step {
  const data = encodeFunctionData({ abi: accessManagerAbi, functionName: 'renounceRole', args: [roles.admin.id, deployer] })
  return {
    name: 'the deployer renounces',
    calls: [data],
    checks: [memberCheck({ manager: accessManager, id: roles.admin.id, account: deployer, expected: word(false) })],
  }
}
