// `npm run verify -- --chains sepolia`: publishes the sources of a deployment on block explorers, through hardhat-verify. Takes what
// `hanse deploy` takes, and besides `--explorer etherscan|blockscout|sourcify` (Etherscan) and `--only Gateway,WatcherSet` (all).
// From the environment: the RPC urls, ETHERSCAN_API_KEY, and, for an explorer of one's own, <CHAIN>_EXPLORER_API_URL.
import { parseArgs } from 'node:util'
import { accessOf, chainVariable, committedCreationCodes, networks, type PlannedContract, planSuite, readSuiteFile } from '@hanse/deploy'
import hardhatVerify from '@nomicfoundation/hardhat-verify'
import { verifyContract } from '@nomicfoundation/hardhat-verify/verify'
import { type Abi, decodeAbiParameters, type Hex, size, sliceHex } from 'viem'
import { productionBuild } from './contracts/compile.ts'
import { root } from './run/lanes.ts'

const explorers = ['etherscan', 'blockscout', 'sourcify'] as const
type Explorer = (typeof explorers)[number]

/** Where the source of each contract is, as Hardhat names it. */
const sources: Readonly<Record<PlannedContract['name'], string>> = {
  accessManager: '@openzeppelin/contracts/access/manager/AccessManager.sol:AccessManager',
  timelock: '@openzeppelin/contracts/governance/TimelockController.sol:TimelockController',
  gateway: 'contracts/gateway/Gateway.sol:Gateway',
  watcherSet: 'contracts/verifiers/WatcherSet.sol:WatcherSet',
  agentRegistry: 'contracts/agents/AgentRegistry.sol:AgentRegistry',
  charters: 'contracts/charters/Charters.sol:Charters',
  portalDesk: 'contracts/tasks/PortalDesk.sol:PortalDesk',
  taskReviews: 'contracts/tasks/TaskReviews.sol:TaskReviews',
  taskAssignments: 'contracts/tasks/TaskAssignments.sol:TaskAssignments',
  taskEscrow: 'contracts/tasks/TaskEscrow.sol:TaskEscrow',
  agentLinks: 'contracts/agents/AgentLinks.sol:AgentLinks',
  blackboard: 'contracts/board/Blackboard.sol:Blackboard',
  taskPortal: 'contracts/tasks/TaskPortal.sol:TaskPortal',
  risingReward: 'contracts/allocation/RisingReward.sol:RisingReward',
  signedBids: 'contracts/allocation/SignedBids.sol:SignedBids',
  claimGates: 'contracts/allocation/ClaimGates.sol:ClaimGates',
  quorumPanels: 'contracts/evaluation/panels/QuorumPanels.sol:QuorumPanels',
  hashCheck: 'contracts/evaluation/checks/HashCheck.sol:HashCheck',
  taskFunding: 'contracts/tasks/TaskFunding.sol:TaskFunding',
}

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'hanse.json' },
    chains: { type: 'string' },
    explorer: { type: 'string', default: 'etherscan' },
    only: { type: 'string' },
  },
})
const explorer = explorers.find((name) => name === values.explorer)
const { config, chains } = readSuiteFile(values.suite)
const chosen = chains.filter(({ name }) => values.chains === undefined || values.chains.split(',').includes(name))
const creationCodes = committedCreationCodes()
const contracts = planSuite({ config, creationCodes }).contracts.filter(({ name }) => isWanted(name))
const faults: string[] = []
if (explorer === undefined) faults.push(`--explorer is ${values.explorer}, expected one of ${explorers.join(', ')}`)
if (chosen.length === 0) faults.push(`--chains is ${values.chains}, the suite file has ${chains.map(({ name }) => name).join(', ')}`)
if (contracts.length === 0) faults.push(`--only is ${values.only}, expected some of ${Object.values(sources).map(nameOf).join(', ')}`)
if (explorer === 'etherscan' && !process.env.ETHERSCAN_API_KEY) faults.push('ETHERSCAN_API_KEY is not set')

if (explorer !== undefined && faults.length === 0)
  for (const [index, { chainId, rpcUrl }] of accessOf({ chains: chosen, env: process.env }).entries())
    await verifyOn({ name: chosen[index]?.name ?? '', chainId, rpcUrl, explorer })
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1

function nameOf(source: string): string {
  return source.slice(source.lastIndexOf(':') + 1)
}

function isWanted(name: PlannedContract['name']): boolean {
  return values.only === undefined || values.only.split(',').includes(nameOf(sources[name]))
}

/** One contract after the other: explorers limit how often they are asked. What fails is told in the end, and the rest goes on. */
async function verifyOn({ name, chainId, rpcUrl, explorer: on }: { name: string; chainId: number; rpcUrl: string; explorer: Explorer }) {
  const apiUrl = process.env[chainVariable(name, 'EXPLORER_API_URL')]
  const place = { name: on, url: networks[name]?.explorer ?? apiUrl ?? '', ...(apiUrl !== undefined && { apiUrl }) }
  const hre = await productionBuild(root, {
    plugins: [hardhatVerify],
    networks: { [name]: { type: 'http', chainType: 'generic', url: rpcUrl } },
    network: name,
    ...(apiUrl !== undefined && {
      chainDescriptors: { [chainId]: { name, chainType: 'generic', blockExplorers: { etherscan: place, blockscout: place } } },
    }),
    verify: {
      etherscan: { apiKey: process.env.ETHERSCAN_API_KEY ?? 'none' },
      blockscout: { enabled: true },
      sourcify: { enabled: true, ...(apiUrl !== undefined && { apiUrl }) },
    },
  })
  for (const contract of contracts) {
    const source = sources[contract.name]
    const { abi } = await hre.artifacts.readArtifact(source)
    const constructorArgs = argumentsOf({ ...contract, abi, bytecode: creationCodes[contract.name] })
    await verifyContract({ address: contract.address, constructorArgs, contract: source, provider: on }, hre).catch((error: Error) => {
      faults.push(`${source} on ${name}: ${error.message}`)
    })
  }
}

/** What follows the code in the creation: the arguments of the constructor. */
function argumentsOf({ abi, bytecode, initCode }: { abi: Abi; bytecode: Hex; initCode: Hex }): unknown[] {
  const inputs = abi.find((item) => item.type === 'constructor')?.inputs ?? []
  return inputs.length === 0 ? [] : [...decodeAbiParameters(inputs, sliceHex(initCode, size(bytecode)))]
}
