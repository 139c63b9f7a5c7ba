import { type Hex, isHex } from 'viem'
import accessManager from '../build/AccessManager.json' with { type: 'json' }
import agentLinks from '../build/AgentLinks.json' with { type: 'json' }
import agentRegistry from '../build/AgentRegistry.json' with { type: 'json' }
import blackboard from '../build/Blackboard.json' with { type: 'json' }
import charters from '../build/Charters.json' with { type: 'json' }
import claimGates from '../build/ClaimGates.json' with { type: 'json' }
import gateway from '../build/Gateway.json' with { type: 'json' }
import hashCheck from '../build/HashCheck.json' with { type: 'json' }
import portalDesk from '../build/PortalDesk.json' with { type: 'json' }
import quorumPanels from '../build/QuorumPanels.json' with { type: 'json' }
import risingReward from '../build/RisingReward.json' with { type: 'json' }
import signedBids from '../build/SignedBids.json' with { type: 'json' }
import taskAssignments from '../build/TaskAssignments.json' with { type: 'json' }
import taskEscrow from '../build/TaskEscrow.json' with { type: 'json' }
import taskFunding from '../build/TaskFunding.json' with { type: 'json' }
import taskPortal from '../build/TaskPortal.json' with { type: 'json' }
import taskReviews from '../build/TaskReviews.json' with { type: 'json' }
import timelock from '../build/TimelockController.json' with { type: 'json' }
import watcherSet from '../build/WatcherSet.json' with { type: 'json' }
import { SuiteInvalidError } from './errors.ts'

/** The contracts without which there is no suite. */
const coreNames = ['accessManager', 'timelock', 'gateway', 'watcherSet', 'agentRegistry', 'taskEscrow', 'taskPortal'] as const

/** Those that came later: older records do without. */
export const laterNames = [
  'charters',
  'agreements',
  'agentLinks',
  'blackboard',
  'risingReward',
  'signedBids',
  'claimGates',
  'quorumPanels',
  'hashCheck',
  'taskFunding',
] as const

/** The contracts of the suite by their names in a deployment record, in order of creation. */
export const contractNames = [...coreNames, ...laterNames] as const

/** One of them. */
export type ContractName = (typeof contractNames)[number]

/** What is created and stands in no record, since nobody calls it where it is: parts of the escrow of tasks. */
export type PartName = 'portalDesk' | 'taskReviews' | 'taskAssignments'

/** What stands in a record and is not created by us: the charters create their agreements. */
export type BornName = 'agreements'

/** Everything that is created. */
export type PlannedName = Exclude<ContractName, BornName> | PartName

/** Creation code without constructor arguments, by contract. */
export type CreationCodes = Readonly<Record<PlannedName, Hex>>

/**
 * The committed production creation code under `deploy/build/`. Nothing is compiled.
 *
 * @throws SuiteInvalidError when a file holds no code.
 */
export function committedCreationCodes(): CreationCodes {
  return {
    accessManager: codeOf(accessManager),
    timelock: codeOf(timelock),
    gateway: codeOf(gateway),
    watcherSet: codeOf(watcherSet),
    agentRegistry: codeOf(agentRegistry),
    charters: codeOf(charters),
    portalDesk: codeOf(portalDesk),
    taskReviews: codeOf(taskReviews),
    taskAssignments: codeOf(taskAssignments),
    taskEscrow: codeOf(taskEscrow),
    taskPortal: codeOf(taskPortal),
    agentLinks: codeOf(agentLinks),
    blackboard: codeOf(blackboard),
    risingReward: codeOf(risingReward),
    signedBids: codeOf(signedBids),
    claimGates: codeOf(claimGates),
    quorumPanels: codeOf(quorumPanels),
    hashCheck: codeOf(hashCheck),
    taskFunding: codeOf(taskFunding),
  }
}

function codeOf({ contractName, bytecode }: { contractName: string; bytecode: string }): Hex {
  if (isHex(bytecode) && bytecode.length > 2) return bytecode
  throw new SuiteInvalidError({
    field: `deploy/build/${contractName}.json`,
    fact: 'holds no creation code',
    expectation: 'the output of `npm run build:contracts`',
  })
}
