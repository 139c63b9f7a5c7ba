import { readFileSync } from 'node:fs'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import {
  type Abi,
  type Account,
  type Address,
  createTestClient,
  custom,
  encodeDeployData,
  getContractAddress,
  type Hex,
  keccak256,
  publicActions,
  stringToHex,
  walletActions,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { type ChainConfig, type Client, createClient } from '../../../sdk/src/client.ts'
import type { Deployment } from '../../../sdk/src/types.ts'

/** A key that is the same in every run. */
export const accountOf = (name: string): ReturnType<typeof privateKeyToAccount> =>
  privateKeyToAccount(keccak256(stringToHex(`sdk test ${name}`)))

type Build = { abi: Abi; bytecode: Hex }

function load(path: string): Build {
  return JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'))
}

/** One chain in this process with the suite on it, at the same addresses on each. */
export type TestChain = Awaited<ReturnType<typeof startChain>>

const admin = accountOf('admin')

/** Starts a chain in this process, and deploys the suite with `admin` as its only governor. */
export async function startChain({ chainId, accounts }: { chainId: number; accounts: readonly Account[] }) {
  const hre = await createHardhatRuntimeEnvironment({ networks: { here: { type: 'edr-simulated', chainType: 'l1', chainId } } })
  const { provider } = await hre.network.create('here')
  // A refusal is an answer: asking again costs a second each.
  const transport = custom(provider, { retryCount: 0 })
  const node = createTestClient({ mode: 'hardhat', transport }).extend(publicActions).extend(walletActions)
  for (const account of [admin, ...accounts]) await node.setBalance({ address: account.address, value: 10n ** 21n })

  const deploy = async (build: string | Build, args: readonly unknown[]): Promise<Address> => {
    const { abi, bytecode } = typeof build === 'string' ? load(build) : build
    const nonce = await node.getTransactionCount({ address: admin.address })
    await send(undefined, encodeDeployData({ abi, bytecode, args }))
    return getContractAddress({ from: admin.address, nonce: BigInt(nonce) })
  }
  const send = async (to: Address | undefined, data: Hex) => {
    const hash = await node.sendTransaction({ account: admin, chain: null, data, ...(to === undefined ? {} : { to }) })
    const { status } = await node.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new TypeError(`setting up chain ${chainId} failed`)
  }

  const accessManager = await deploy('deploy/build/AccessManager.json', [admin.address])
  const gateway = await deploy('deploy/build/Gateway.json', [accessManager])
  const watcherSet = await deploy('deploy/build/WatcherSet.json', [accessManager, gateway])
  const agentRegistry = await deploy('deploy/build/AgentRegistry.json', [])
  const charters = await deploy('deploy/build/Charters.json', [accessManager, gateway])
  const parts = [accessManager, gateway, agentRegistry, charters]
  const taskPortal = await deploy('deploy/build/TaskPortal.json', [accessManager, gateway])
  const desk = await deploy('deploy/build/PortalDesk.json', [...parts, taskPortal])
  const reviews = await deploy('deploy/build/TaskReviews.json', [...parts, desk])
  const assignments = await deploy('deploy/build/TaskAssignments.json', [...parts, reviews])
  const taskEscrow = await deploy('deploy/build/TaskEscrow.json', [...parts, assignments, desk])
  const agentLinks = await deploy('deploy/build/AgentLinks.json', [accessManager, gateway, agentRegistry])
  const blackboard = await deploy('deploy/build/Blackboard.json', [accessManager, gateway, charters])
  const claimGates = await deploy('deploy/build/ClaimGates.json', [blackboard])
  const timelock = await deploy('deploy/build/TimelockController.json', [0n, [], [], admin.address])
  const coin = await deploy('devnet/build/DevToken.json', [])
  const deployment: Deployment = {
    chainId,
    startBlock: 0n,
    accessManager,
    timelock,
    gateway,
    watcherSet,
    agentRegistry,
    charters,
    agreements: getContractAddress({ from: charters, nonce: 1n }),
    taskEscrow,
    taskPortal,
    blackboard,
    claimGates,
    agentLinks,
  }
  const config: ChainConfig = { chainId, rpcUrls: [], finality: { kind: 'depth', depth: 2 }, deployment, transport }
  return { chainId, provider, node, send, deploy, deployment, config, coin, admin }
}

/** A client of these chains for an account. */
export function clientFor(chains: readonly TestChain[], account?: Account): Client {
  return createClient({ chains: chains.map(({ config }) => config), pollingIntervalMs: 5, ...(account === undefined ? {} : { account }) })
}
