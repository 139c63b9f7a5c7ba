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
import { type Roster, rosterArgument, setIdOf } from '@hanse/sdk/gateway'
import { type Address, encodeFunctionData, getAddress, type Hex, zeroHash } from 'viem'
import type { ContractName } from './artifacts.ts'
import { peersOf, type SuiteConfig } from './config.ts'
import { type Step, word } from './steps.ts'

type Addresses = Readonly<Record<ContractName, Address>>

/** The roster of a suite: members and policies ascending, as the contract wants them. */
export function rosterOf({ watchers, chains }: SuiteConfig): Roster {
  const members = watchers.members.map((member) => getAddress(member)).sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))
  const policies = [...chains]
    .sort((one, other) => one.chainId - other.chainId)
    .map(({ chainId, finality }) => ({ chainId: BigInt(chainId), finality }))
  return { previousSetId: watchers.previousSetId ?? zeroHash, members, quorum: watchers.quorum, policies }
}

/** What links one chain to its peers, in the order in which the contracts accept it. */
export function wiringSteps({
  config,
  addresses,
  chainId,
  broadcastNonces,
}: {
  config: SuiteConfig
  addresses: Addresses
  chainId: number
  broadcastNonces: Readonly<Record<number, bigint>>
}): readonly Step[] {
  const peers = peersOf(config, chainId)
  return [
    adoptStep({ config, addresses }),
    // A lane to this chain has no history: it opens with this link. A broadcast lane may be old, and its history must never run here.
    ...peers.flatMap((peer) => [
      laneStep({ addresses, peer, destination: chainId, firstNonce: 0n }),
      laneStep({ addresses, peer, destination: 0, firstNonce: broadcastNonces[peer] ?? 0n }),
    ]),
    ...peers.map((peer) => destinationStep({ addresses, peer })),
    // An actor of the home chain acts there without a portal.
    ...peers.flatMap((peer) => [
      portalStep({ addresses, peer }),
      escrowStep({ addresses, peer }),
      linksStep({ addresses, peer }),
      chartersStep({ addresses, peer }),
      agreementsStep({ addresses, peer }),
      boardStep({ addresses, peer }),
    ]),
  ]
}

/** A call that the access manager makes to a contract that it governs. */
export function execute(target: Address, data: Hex): Hex {
  return encodeFunctionData({ abi: accessManagerAbi, functionName: 'execute', args: [target, data] })
}

function adoptStep({ config, addresses }: { config: SuiteConfig; addresses: Addresses }): Step {
  const roster = rosterOf(config)
  const { watcherSet } = addresses
  const data = encodeFunctionData({ abi: watcherSetAbi, functionName: 'adopt', args: [rosterArgument(roster)] })
  const read = encodeFunctionData({ abi: watcherSetAbi, functionName: 'setId' })
  const label = 'id of the watcher set'
  return {
    name: `adopt ${roster.members.length} watchers, quorum ${roster.quorum}`,
    calls: [execute(watcherSet, data)],
    checks: [{ to: watcherSet, data: read, expected: setIdOf(roster), label }],
  }
}

type Link = { addresses: Addresses; peer: number; destination: number; firstNonce: bigint }

function laneStep({ addresses, peer, destination, firstNonce }: Link): Step {
  const { gateway, watcherSet } = addresses
  const lane = { originChainId: BigInt(peer), originGateway: gateway, destinationChainId: BigInt(destination) }
  const data = encodeFunctionData({ abi: gatewayAbi, functionName: 'linkLane', args: [lane, watcherSet, firstNonce] })
  const read = encodeFunctionData({ abi: gatewayAbi, functionName: 'linkOf', args: [lane] })
  const name = `link ${destination === 0 ? 'the broadcast lane' : 'the lane'} from chain ${peer}`
  const check = { to: gateway, data: read, expected: word(watcherSet), label: `verifier: ${name}` }
  return { name, calls: [execute(gateway, data)], checks: [check] }
}

function destinationStep({ addresses: { gateway }, peer }: { addresses: Addresses; peer: number }): Step {
  const args = [BigInt(peer)] as const
  const data = encodeFunctionData({ abi: gatewayAbi, functionName: 'linkDestination', args })
  const read = encodeFunctionData({ abi: gatewayAbi, functionName: 'isDestinationLinked', args })
  const name = `accept messages to chain ${peer}`
  return { name, calls: [execute(gateway, data)], checks: [{ to: gateway, data: read, expected: word(true), label: name }] }
}

function portalStep({ addresses: { taskEscrow, taskPortal }, peer }: { addresses: Addresses; peer: number }): Step {
  const data = encodeFunctionData({ abi: taskEscrowAbi, functionName: 'linkPortal', args: [BigInt(peer), taskPortal] })
  const read = encodeFunctionData({ abi: taskEscrowAbi, functionName: 'portalOf', args: [BigInt(peer)] })
  const name = `believe the portal of chain ${peer}`
  return { name, calls: [execute(taskEscrow, data)], checks: [{ to: taskEscrow, data: read, expected: word(taskPortal), label: name }] }
}

function escrowStep({ addresses: { taskEscrow, taskPortal }, peer }: { addresses: Addresses; peer: number }): Step {
  const data = encodeFunctionData({ abi: taskPortalAbi, functionName: 'linkEscrow', args: [BigInt(peer), taskEscrow] })
  const read = encodeFunctionData({ abi: taskPortalAbi, functionName: 'escrowOf', args: [BigInt(peer)] })
  const name = `believe the escrow of chain ${peer}`
  return { name, calls: [execute(taskPortal, data)], checks: [{ to: taskPortal, data: read, expected: word(taskEscrow), label: name }] }
}

function linksStep({ addresses: { agentLinks }, peer }: { addresses: Addresses; peer: number }): Step {
  const data = encodeFunctionData({ abi: agentLinksAbi, functionName: 'linkLinks', args: [BigInt(peer), agentLinks] })
  const read = encodeFunctionData({ abi: agentLinksAbi, functionName: 'linksOf', args: [BigInt(peer)] })
  const name = `believe the links of chain ${peer}`
  return { name, calls: [execute(agentLinks, data)], checks: [{ to: agentLinks, data: read, expected: word(agentLinks), label: name }] }
}

function chartersStep({ addresses: { charters }, peer }: { addresses: Addresses; peer: number }): Step {
  const data = encodeFunctionData({ abi: chartersAbi, functionName: 'linkCharters', args: [BigInt(peer), charters] })
  const read = encodeFunctionData({ abi: chartersAbi, functionName: 'chartersOf', args: [BigInt(peer)] })
  const name = `believe the charters of chain ${peer}`
  return { name, calls: [execute(charters, data)], checks: [{ to: charters, data: read, expected: word(charters), label: name }] }
}

function agreementsStep({ addresses: { agreements }, peer }: { addresses: Addresses; peer: number }): Step {
  const data = encodeFunctionData({ abi: agreementsAbi, functionName: 'linkAgreements', args: [BigInt(peer), agreements] })
  const read = encodeFunctionData({ abi: agreementsAbi, functionName: 'agreementsOf', args: [BigInt(peer)] })
  const name = `believe the agreements of chain ${peer}`
  return { name, calls: [execute(agreements, data)], checks: [{ to: agreements, data: read, expected: word(agreements), label: name }] }
}

function boardStep({ addresses: { blackboard }, peer }: { addresses: Addresses; peer: number }): Step {
  const data = encodeFunctionData({ abi: blackboardAbi, functionName: 'linkBoard', args: [BigInt(peer), blackboard] })
  const read = encodeFunctionData({ abi: blackboardAbi, functionName: 'boardOf', args: [BigInt(peer)] })
  const name = `believe the blackboard of chain ${peer}`
  return { name, calls: [execute(blackboard, data)], checks: [{ to: blackboard, data: read, expected: word(blackboard), label: name }] }
}
