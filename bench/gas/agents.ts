import { agent } from '@hanse/sdk'
import { agentRegistryAbi } from '@hanse/sdk/abis'
import { encodeFunctionData, type Hex, keccak256, toHex } from 'viem'
import { type Row, row } from './row.ts'
import type { TaskWorld } from './taskWorld.ts'

const batchSize = 100

/** Gas of agents that register. */
export async function agentRows({ chain, registry, worker, requester }: TaskWorld): Promise<Row[]> {
  const liveUntil = Math.floor(Date.now() / 1000) + 30 * 86_400
  const profile = {
    payout: requester.address,
    cardDigest: keccak256(toHex('card')),
    capabilities: [`0x1${keccak256(toHex('capability')).slice(3)}`] as const,
    cardUri: 'https://agents.example/cards/1.json',
  }
  const salts = Array.from({ length: batchSize }, (_, i) => keccak256(toHex(`salt ${i}`)))
  const one = encodeFunctionData({ abi: agentRegistryAbi, functionName: 'register', args: [keccak256(toHex('one')), liveUntil, profile] })
  const many = encodeFunctionData({
    abi: agentRegistryAbi,
    functionName: 'registerBatch',
    args: [salts, liveUntil, salts.map(() => profile)],
  })
  const agentIds = salts.map((salt) => agent.agentIdOf({ chainId: chain.chainId, registry, controller: worker.address, salt }))
  const beatAt = (until: number) => encodeFunctionData({ abi: agentRegistryAbi, functionName: 'heartbeatBatch', args: [agentIds, until] })
  return [
    row({ name: 'agent.register', gas: await chain.send({ to: registry, data: one, from: worker }) }),
    row({
      name: `agent.registerBatch.${batchSize}`,
      gas: await chain.send({ to: registry, data: many, from: worker }),
      per: 'agent',
      n: batchSize,
    }),
    row({
      name: `agent.heartbeat.${batchSize}`,
      gas: await chain.send({ to: registry, data: beatAt(liveUntil + 60), from: worker }),
      per: 'agent',
      n: batchSize,
    }),
    ...(await operatorRow({ chain, registry, worker, operator: requester, agentIds, data: beatAt(liveUntil + 120) })),
  ]
}

type OperatorRow = Pick<TaskWorld, 'chain' | 'registry' | 'worker'> & {
  readonly operator: TaskWorld['requester']
  readonly agentIds: readonly Hex[]
  readonly data: Hex
}

/** The same by an account that is not the controller of any of them, but an operator of each. */
async function operatorRow({ chain, registry, worker, operator, agentIds, data }: OperatorRow): Promise<Row[]> {
  for (const agentId of agentIds) {
    const args = [agentId, operator.address, true] as const
    await chain.send({ to: registry, data: encodeFunctionData({ abi: agentRegistryAbi, functionName: 'setOperator', args }), from: worker })
  }
  const gas = await chain.send({ to: registry, data, from: operator })
  return [row({ name: `agent.heartbeat.operator.${agentIds.length}`, gas, per: 'agent', n: agentIds.length })]
}
