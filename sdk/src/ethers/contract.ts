import { Contract, type ContractRunner } from 'ethers'
import type { Abi } from 'viem'
import { accessManagerAbi } from '../abis/accessManager.ts'
import { agentLinksAbi } from '../abis/agentLinks.ts'
import { agentRegistryAbi } from '../abis/agentRegistry.ts'
import { agreementsAbi } from '../abis/agreements.ts'
import { blackboardAbi } from '../abis/blackboard.ts'
import { chartersAbi } from '../abis/charters.ts'
import { claimGatesAbi } from '../abis/claimGates.ts'
import { gatewayAbi } from '../abis/gateway.ts'
import { hashCheckAbi } from '../abis/hashCheck.ts'
import { quorumPanelsAbi } from '../abis/quorumPanels.ts'
import { risingRewardAbi } from '../abis/risingReward.ts'
import { signedBidsAbi } from '../abis/signedBids.ts'
import { taskEscrowAbi } from '../abis/taskEscrow.ts'
import { taskFundingAbi } from '../abis/taskFunding.ts'
import { taskPortalAbi } from '../abis/taskPortal.ts'
import { timelockControllerAbi } from '../abis/timelockController.ts'
import { watcherSetAbi } from '../abis/watcherSet.ts'
import { ClientConfigError } from '../errors/client.ts'
import type { Deployment } from '../types.ts'
import type { AccessManager } from './types/AccessManager.ts'
import type { AgentLinks } from './types/AgentLinks.ts'
import type { AgentRegistry } from './types/AgentRegistry.ts'
import type { Agreements } from './types/Agreements.ts'
import type { Blackboard } from './types/Blackboard.ts'
import type { Charters } from './types/Charters.ts'
import type { ClaimGates } from './types/ClaimGates.ts'
import type { Gateway } from './types/Gateway.ts'
import type { HashCheck } from './types/HashCheck.ts'
import type { QuorumPanels } from './types/QuorumPanels.ts'
import type { RisingReward } from './types/RisingReward.ts'
import type { SignedBids } from './types/SignedBids.ts'
import type { TaskEscrow } from './types/TaskEscrow.ts'
import type { TaskFunding } from './types/TaskFunding.ts'
import type { TaskPortal } from './types/TaskPortal.ts'
import type { TimelockController } from './types/TimelockController.ts'
import type { WatcherSet } from './types/WatcherSet.ts'

/** The contracts of a deployment as ethers has them, by their names in its record. */
export type EthersContracts = {
  readonly accessManager: AccessManager
  readonly agentLinks: AgentLinks
  readonly agentRegistry: AgentRegistry
  readonly agreements: Agreements
  readonly blackboard: Blackboard
  readonly charters: Charters
  readonly claimGates: ClaimGates
  readonly gateway: Gateway
  readonly hashCheck: HashCheck
  readonly quorumPanels: QuorumPanels
  readonly risingReward: RisingReward
  readonly signedBids: SignedBids
  readonly taskEscrow: TaskEscrow
  readonly taskFunding: TaskFunding
  readonly taskPortal: TaskPortal
  readonly timelock: TimelockController
  readonly watcherSet: WatcherSet
}

const abis: Readonly<Record<keyof EthersContracts, Abi>> = {
  accessManager: accessManagerAbi,
  agentLinks: agentLinksAbi,
  agentRegistry: agentRegistryAbi,
  agreements: agreementsAbi,
  blackboard: blackboardAbi,
  charters: chartersAbi,
  claimGates: claimGatesAbi,
  gateway: gatewayAbi,
  hashCheck: hashCheckAbi,
  quorumPanels: quorumPanelsAbi,
  risingReward: risingRewardAbi,
  signedBids: signedBidsAbi,
  taskEscrow: taskEscrowAbi,
  taskFunding: taskFundingAbi,
  taskPortal: taskPortalAbi,
  timelock: timelockControllerAbi,
  watcherSet: watcherSetAbi,
}

/**
 * A contract of a deployment as a typed contract of ethers: its functions, events and errors as TypeChain types them, at its address.
 *
 * @param runner A provider to read, a signer to write.
 * @throws ClientConfigError when the record of the deployment is from before there was one.
 * @example
 * ```ts
 * import { ethersContract } from '@hanse/sdk/ethers'
 * import { JsonRpcProvider } from 'ethers'
 *
 * const escrow = ethersContract(deployment, 'taskEscrow', new JsonRpcProvider('http://127.0.0.1:8545'))
 * const { state } = await escrow.taskOf(taskId)
 * ```
 */
export function ethersContract<name extends keyof EthersContracts>(
  deployment: Deployment,
  name: name,
  runner?: ContractRunner | null,
): EthersContracts[name] {
  const address = deployment[name]
  if (address === undefined)
    throw new ClientConfigError(`The deployment of chain ${deployment.chainId} has no ${name}.`, 'Take a newer record of it.')
  // ethers makes the functions from the ABI, and TypeChain's types are made from the same.
  return new Contract(address, JSON.stringify(abis[name]), runner) as unknown as EthersContracts[name]
}
