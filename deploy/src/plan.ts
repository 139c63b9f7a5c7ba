import { setIdOf } from '@hanse/sdk/gateway'
import { permit2Address } from '@hanse/sdk/task'
import {
  type Address,
  concat,
  encodeAbiParameters,
  getAddress,
  getContractAddress,
  type Hex,
  parseAbiParameters,
  zeroAddress,
  zeroHash,
} from 'viem'
import type { BornName, ContractName, CreationCodes, PlannedName } from './artifacts.ts'
import { checkConfig, type SuiteConfig } from './config.ts'
import { type Creation, creationOf, keylessFactory } from './create2.ts'
import { handoverSteps } from './handover.ts'
import { trustDelay } from './roles.ts'
import type { Step } from './steps.ts'
import { rosterOf, wiringSteps } from './wiring.ts'

/** A contract with its place. */
export type PlannedContract = Creation & { readonly name: PlannedName }

/** What one chain is to become. */
export type ChainPlan = { readonly chainId: number; readonly wiring: readonly Step[]; readonly handover: readonly Step[] }

/** A whole deployment as data. Of what already stands it knows only how many broadcasts there were. */
export type SuitePlan = {
  readonly deployer: Address
  readonly factory: Address
  /** In order of creation. The same on every chain. */
  readonly contracts: readonly PlannedContract[]
  readonly addresses: Readonly<Record<ContractName, Address>>
  /** The id of the generation of watchers that vouches at first. */
  readonly setId: Hex
  readonly chains: readonly ChainPlan[]
}

/**
 * Computes a deployment: addresses, creation transactions, wiring and the hand-over. Pure.
 *
 * @throws SuiteInvalidError naming the field that contradicts the rest.
 * @example
 * ```ts
 * import { committedCreationCodes, planSuite } from '@hanse/deploy'
 *
 * const { addresses } = planSuite({ config, creationCodes: committedCreationCodes() })
 * addresses.gateway // the same on every chain
 * ```
 */
export function planSuite({ config, creationCodes, broadcastNonces = {}, isChecked = true }: planSuite.Parameters): SuitePlan {
  if (isChecked) checkConfig(config)
  const factory = config.factory ?? keylessFactory
  const contracts = planContracts({ config, creationCodes, factory })
  const addresses = addressesOf(contracts)
  return {
    deployer: getAddress(config.deployer),
    factory,
    contracts,
    addresses,
    setId: setIdOf(rosterOf(config)),
    chains: config.chains.map(({ chainId }) => ({
      chainId,
      wiring: wiringSteps({ config, addresses, chainId, broadcastNonces }),
      handover: handoverSteps({ config, addresses }),
    })),
  }
}

export namespace planSuite {
  export type Parameters = {
    config: SuiteConfig
    creationCodes: CreationCodes
    /** False: plan what should never be deployed, for the doctor to say what is wrong with it. */
    isChecked?: boolean
    /** By chain, how many broadcasts it has sent; links begin after them. From `broadcastNoncesOf`. Default: none. */
    broadcastNonces?: Readonly<Record<number, bigint>>
  }
}

const addressArguments = {
  one: parseAbiParameters('address'),
  two: parseAbiParameters('address, address'),
  three: parseAbiParameters('address, address, address'),
  five: parseAbiParameters('address, address, address, address, address'),
  six: parseAbiParameters('address, address, address, address, address, address'),
  timelock: parseAbiParameters('uint256, address[], address[], address'),
}

function planContracts({
  config,
  creationCodes,
  factory,
}: Omit<planSuite.Parameters, 'broadcastNonces'> & { factory: Address }): readonly PlannedContract[] {
  const { deployer, governors, timelockDelay = trustDelay, salt = zeroHash } = config
  const place: Place = (name, encodedArguments = '0x') => ({
    name,
    ...creationOf({ factory, salt, initCode: concat([creationCodes[name], encodedArguments]) }),
  })
  // The deployer's address is part of the code: whoever else creates these contracts makes them the deployer's all the same.
  const accessManager = place('accessManager', encodeAbiParameters(addressArguments.one, [deployer]))
  const authority = accessManager.address
  const timelockParameters = [BigInt(timelockDelay), governors, [zeroAddress], authority] as const
  const timelock = place('timelock', encodeAbiParameters(addressArguments.timelock, timelockParameters))
  const gateway = place('gateway', encodeAbiParameters(addressArguments.one, [authority]))
  const watcherSet = place('watcherSet', encodeAbiParameters(addressArguments.two, [authority, gateway.address]))
  const agentRegistry = place('agentRegistry')
  // Creates the agreements, because each must know the other for good.
  const charters = place('charters', encodeAbiParameters(addressArguments.two, [authority, gateway.address]))
  const escrowParameters = [authority, gateway.address, agentRegistry.address, charters.address] as const
  const taskPortal = place('taskPortal', encodeAbiParameters(addressArguments.two, [authority, gateway.address]))
  // Each part of the escrow knows the next, the last one the portal, and the escrow the first and the last.
  const partOf = (next: PlannedContract) => encodeAbiParameters(addressArguments.five, [...escrowParameters, next.address])
  const portalDesk = place('portalDesk', partOf(taskPortal))
  const taskReviews = place('taskReviews', partOf(portalDesk))
  const taskAssignments = place('taskAssignments', partOf(taskReviews))
  const ends = [taskAssignments.address, portalDesk.address] as const
  const taskEscrow = place('taskEscrow', encodeAbiParameters(addressArguments.six, [...escrowParameters, ...ends]))
  const agentLinks = place('agentLinks', encodeAbiParameters(addressArguments.three, [authority, gateway.address, agentRegistry.address]))
  const blackboard = place('blackboard', encodeAbiParameters(addressArguments.three, [authority, gateway.address, charters.address]))
  const core = [
    accessManager,
    timelock,
    gateway,
    watcherSet,
    agentRegistry,
    charters,
    taskPortal,
    portalDesk,
    taskReviews,
    taskAssignments,
    taskEscrow,
    agentLinks,
    blackboard,
  ]
  return [...core, ...planChoices({ place, taskEscrow: taskEscrow.address, blackboard: blackboard.address })]
}

type Place = (name: PlannedName, encodedArguments?: Hex) => PlannedContract

type Choices = { readonly place: Place; readonly taskEscrow: Address; readonly blackboard: Address }

/** What terms of tasks may name, and another way to pay. Nothing of the suite depends on it, and anyone may use something else. */
function planChoices({ place, taskEscrow, blackboard }: Choices): readonly PlannedContract[] {
  const ofEscrow = encodeAbiParameters(addressArguments.one, [taskEscrow])
  return [
    place('risingReward'),
    place('signedBids'),
    place('claimGates', encodeAbiParameters(addressArguments.one, [blackboard])),
    place('quorumPanels', ofEscrow),
    place('hashCheck', ofEscrow),
    place('taskFunding', encodeAbiParameters(addressArguments.two, [taskEscrow, permit2Address])),
  ]
}

function addressesOf(contracts: readonly PlannedContract[]): Readonly<Record<ContractName, Address>> {
  const find = (name: Exclude<ContractName, BornName>): Address =>
    contracts.find((contract) => contract.name === name)?.address ?? zeroAddress
  return {
    accessManager: find('accessManager'),
    timelock: find('timelock'),
    gateway: find('gateway'),
    watcherSet: find('watcherSet'),
    agentRegistry: find('agentRegistry'),
    taskEscrow: find('taskEscrow'),
    taskPortal: find('taskPortal'),
    charters: find('charters'),
    // The first contract that a contract creates.
    agreements: getContractAddress({ from: find('charters'), nonce: 1n }),
    agentLinks: find('agentLinks'),
    blackboard: find('blackboard'),
    risingReward: find('risingReward'),
    signedBids: find('signedBids'),
    claimGates: find('claimGates'),
    quorumPanels: find('quorumPanels'),
    hashCheck: find('hashCheck'),
    taskFunding: find('taskFunding'),
  }
}
