import { encodeFunctionData, type Hex, zeroHash } from 'viem'
import {
  agentLinksAbi,
  agreementsAbi,
  blackboardAbi,
  chartersAbi,
  gatewayAbi,
  taskEscrowAbi,
  taskPortalAbi,
  watcherSetAbi,
} from '../../../sdk/src/abis/index.ts'
import type { Call } from '../../../sdk/src/actions/call.ts'
import { contractIn, type LaterContract } from '../../../sdk/src/actions/contractIn.ts'
import { type Client, gateway } from '../../../sdk/src/index.ts'
import type { Deployment } from '../../../sdk/src/types.ts'
import { accountOf, type TestChain } from './chain.ts'

/** Those who vouch on linked chains. Two of them are enough. */
export const watchers = ['watcher 1', 'watcher 2', 'watcher 3'].map(accountOf)

/** Links every chain with every other: watchers, lanes, destinations, portals, charters, agreements. Returns the id of the set of watchers. */
export async function linkAll(chains: readonly TestChain[]): Promise<Hex> {
  const members = watchers.map(({ address }) => address).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  const policies = chains.map(({ chainId }) => ({ chainId: BigInt(chainId), finality: { kind: 'depth', depth: 2 } as const }))
  const roster = { previousSetId: zeroHash, members, quorum: 2, policies }
  for (const chain of chains) {
    const { deployment, send } = chain
    await send(
      deployment.watcherSet,
      encodeFunctionData({ abi: watcherSetAbi, functionName: 'adopt', args: [gateway.rosterArgument(roster)] }),
    )
    for (const origin of chains.filter((other) => other !== chain)) {
      const from = { originChainId: BigInt(origin.chainId), originGateway: origin.deployment.gateway }
      for (const destinationChainId of [BigInt(chain.chainId), 0n]) {
        const args = [{ ...from, destinationChainId }, deployment.watcherSet, 0n] as const
        await send(deployment.gateway, encodeFunctionData({ abi: gatewayAbi, functionName: 'linkLane', args }))
      }
      await send(deployment.gateway, encodeFunctionData({ abi: gatewayAbi, functionName: 'linkDestination', args: [from.originChainId] }))
      for (const { to, data } of twins(deployment, origin)) await send(to, data)
    }
  }
  return gateway.setIdOf(roster)
}

/** What the contracts of a chain are told about those of another, but for the gateway. */
function twins(here: Deployment, { chainId, deployment: there }: TestChain): readonly Pick<Call, 'to' | 'data'>[] {
  const origin = BigInt(chainId)
  const contract = (name: LaterContract) => ({ to: contractIn(here, name), args: [origin, contractIn(there, name)] as const })
  const [board, links, group, deals] = [contract('blackboard'), contract('agentLinks'), contract('charters'), contract('agreements')]
  const portal = encodeFunctionData({ abi: taskEscrowAbi, functionName: 'linkPortal', args: [origin, there.taskPortal] })
  const escrow = encodeFunctionData({ abi: taskPortalAbi, functionName: 'linkEscrow', args: [origin, there.taskEscrow] })
  return [
    { to: here.taskEscrow, data: portal },
    { to: here.taskPortal, data: escrow },
    { to: board.to, data: encodeFunctionData({ abi: blackboardAbi, functionName: 'linkBoard', args: board.args }) },
    { to: links.to, data: encodeFunctionData({ abi: agentLinksAbi, functionName: 'linkLinks', args: links.args }) },
    { to: group.to, data: encodeFunctionData({ abi: chartersAbi, functionName: 'linkCharters', args: group.args }) },
    { to: deals.to, data: encodeFunctionData({ abi: agreementsAbi, functionName: 'linkAgreements', args: deals.args }) },
  ]
}

/** Vouches for all that one chain sent to another (zero: to all) from `first` on, and delivers it. */
export async function relay(
  client: Client,
  {
    setId,
    from,
    to,
    first = 0n,
    isBroadcast = false,
    ...more
  }: { setId: Hex; from: TestChain; to: TestChain; first?: bigint; isBroadcast?: boolean; gas?: bigint },
) {
  const { value: sent } = await gateway.getMessages(client, { chainId: from.chainId, destinationChainId: isBroadcast ? 0 : to.chainId })
  const range = sent.slice(Number(first))
  const last = range.at(-1)
  if (last === undefined) throw new TypeError('nothing to relay')
  const { lane, head } = last
  const statement = { setId, lane, nonce: last.nonce + 1n, head }
  const signers = watchers.slice(0, 2)
  const signatures = await Promise.all(
    signers.map(async (watcher) => ({ signer: watcher.address, signature: await watcher.signTypedData(gateway.headTypedData(statement)) })),
  )
  const headBefore = sent[Number(first) - 1]?.head ?? gateway.emptyHead
  const messages = range.map(({ message }) => message)
  const proof = gateway.packProof({ signatures })
  return gateway.deliver.sync(client, { chainId: to.chainId, lane, first, headBefore, messages, proof, ...more })
}
